"""Figures of calls: noted when a record is made, rolled up by the hour, and asked for by reports."""
