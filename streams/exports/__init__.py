"""Tables for spreadsheets: calls, steps, charges and the carrier’s records, as CSV or XLSX, however many rows."""
