"""Starts a worker: ``python -m cutaway.worker ID PATH SCRATCH DEPTH``, spoken to over pipes."""

import sys

from cutaway.worker.process import main

main(sys.argv[1:])
