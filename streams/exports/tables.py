"""Every sort of export that there is. A further one is one more entry here."""

from streams.exports.calls import CALLS
from streams.exports.charges import CHARGES
from streams.exports.columns import Table
from streams.exports.reconciliation import RECONCILIATION
from streams.exports.records import RECORDS
from streams.exports.steps import STEPS

TABLES: dict[str, Table] = {table.key: table for table in (CALLS, STEPS, CHARGES, RECONCILIATION, RECORDS)}
