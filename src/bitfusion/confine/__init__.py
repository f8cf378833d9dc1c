"""What a process that serves clients may still do: who takes it over gets little.

Knows the kernel's interfaces, and nothing of servers, drivers and clients.
"""
