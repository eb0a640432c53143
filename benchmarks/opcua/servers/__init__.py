"""
The servers that are compared, each a program of its own.

They serve NUMBER charge points and print ``ready PORT``.  From SIGUSR2 on they change the measured
values RATE times a second altogether, a hundredth of it each 10 ms; SIGHUP ends that, and they
print ``changed N``, how many it were since the start.
"""
