"""`python -m flowsim` is the same as `flowsim`."""

from flowsim.cli import main

main()
