"""The CUDA Server: a process that serves one client, forked from a warm one that the Dispatcher starts as `python -m
bitfusion.worker`.
"""
