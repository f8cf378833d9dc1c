"""The only package that imports cuda-python: what the calls of the wire table do with the driver.

Functions take the session first and return as cuda-python does: a tell its CUresult, an ask a tuple (CUresult,
values...), or None if the reply comes later from a waiting thread. The session is a DriverSession (session.py): the
client's objects, what the driver keeps for them, and the way to the client, `session.channel`.
"""
