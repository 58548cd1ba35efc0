"""The pages of builders and publishers, one file for each noun."""

from flows.admin import destination, flow, hours, kinds, lookup, number, prompt, step, version

__all__ = ["destination", "flow", "hours", "kinds", "lookup", "number", "prompt", "step", "version"]
