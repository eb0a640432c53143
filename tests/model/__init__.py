"""The tests of the domain: values in, values out."""
