"""Carriers: neutral messages, one codec and one REST file per carrier."""
