"""The triggers that keep the books append-only and closed months closed (made by `streams.guards`). Pure."""

APPEND_ONLY = ("StreamEvent", "LegEvent", "Charge", "Settlement", "LedgerEntry")
REFUSED = "The books are append-only: a better figure is a new row."
CLOSED = "This month of the books is closed; book in the first open one."

POSTGRESQL_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION callwright_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE OR REPLACE FUNCTION callwright_closed_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{CLOSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE OR REPLACE FUNCTION callwright_open_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM {{period}} WHERE id = NEW.period_id AND closed_at IS NOT NULL) THEN
    RAISE EXCEPTION '{CLOSED}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""
# name: (table, what happens, statement). `{table}` and `{period}` are the tables' names.
POSTGRESQL = {
    "append_only": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION callwright_append_only()",
    "never_emptied": "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION callwright_append_only()",
}
POSTGRESQL_PERIODS = {
    ("Period", "closed_stays"): "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) "
    "EXECUTE FUNCTION callwright_closed_period()",
    ("Period", "never_emptied"): POSTGRESQL["never_emptied"],
    ("LedgerEntry", "open_period"): "BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION callwright_open_period()",
}
SQLITE = {
    "no_update": f"BEFORE UPDATE ON {{table}} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    "no_delete": f"BEFORE DELETE ON {{table}} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
}
SQLITE_PERIODS = {
    ("Period", act): f"BEFORE {act.upper()} ON {{table}} WHEN OLD.closed_at IS NOT NULL "
    f"BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
    for act in ("update", "delete")
} | {
    ("LedgerEntry", "open_period"): "BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {period} "
    f"WHERE id = NEW.period_id AND closed_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
}


def triggers(vendor: str) -> dict[tuple[str, str], str]:
    """Every trigger of the books for this database: (model, name) and its statement."""
    every, periods = (POSTGRESQL, POSTGRESQL_PERIODS) if vendor == "postgresql" else (SQLITE, SQLITE_PERIODS)
    return {(model, name): sql for model in APPEND_ONLY for name, sql in every.items()} | periods
