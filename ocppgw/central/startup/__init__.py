"""
What is done at a charge point after it booted, or connected without booting.

- `startup` -- when it is done, and for which boot
- `admission` -- never for all charge points at once
- `boots` -- not for one that boots again and again
- `sequence` -- what is done, step by step
- `statuses`, `wanted` -- the steps that take some thought
"""
