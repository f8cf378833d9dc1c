"""The API table: every symbol of libcuda and every call on the wire, and what is generated from them."""
