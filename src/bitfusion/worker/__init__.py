"""The CUDA Server: a process that serves one client. Started by the Dispatcher as `python -m bitfusion.worker`."""
