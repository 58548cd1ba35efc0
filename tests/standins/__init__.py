"""Servers on loopback that behave like the vendors: same paths, same frames, same failures. No key, no network.

Each vendor is one part with its routes; `Standins` serves several on one port. Every frame that a part takes or gives
is held against the vendor's own types (`frames.py`), so what a stand-in accepts, the vendor's package knows.
"""
