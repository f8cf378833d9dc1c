"""Tokens: who may use, request and administer GPUs. Knows no socket and no frame."""
