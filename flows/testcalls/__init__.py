"""Test calls that belong to a flow: written in lines anyone can write, run on the engine with a virtual clock."""
