"""The JSON API with which other programs read calls, charges and reports. It changes nothing."""
