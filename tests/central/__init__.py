"""The tests of the Central System."""
