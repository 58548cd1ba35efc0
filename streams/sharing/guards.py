"""The triggers that keep who was shown what: nothing of it is changed or deleted (made by `streams.guards`). Pure.

Retention and erasing leave these rows: the call is named by the carrier's name for it, and no caller is. What may still
happen to one is that its call or the person's account goes, and that a link is revoked, once.
"""

from collections.abc import Iterable

REFUSED = "Who saw what is append-only: what was seen is neither changed nor deleted."
GONE = {"call_id": "NEW.call_id IS NULL", "by_id": "NEW.by_id IS NULL"}
# By model, the columns that may change, each with the condition on which it may.
MAY_CHANGE: dict[str, dict[str, str]] = {
    "LinkOpening": {},
    "Unmasking": GONE,
    "DeskAct": GONE | {"flow_id": "NEW.flow_id IS NULL"},  # who listened, and did what, at the operations desk
    "SharedLink": GONE | {"revoked_at": "OLD.revoked_at IS NULL", "revoked_by": "OLD.revoked_by = ''"},
}
POSTGRESQL_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION callwright_who_saw_what() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""
POSTGRESQL = {
    "seen_stays": "BEFORE UPDATE ON {table} FOR EACH ROW WHEN (NOT ({stays})) "
    "EXECUTE FUNCTION callwright_who_saw_what()",
    "never_deleted": "BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION callwright_who_saw_what()",
    "never_emptied": "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION callwright_who_saw_what()",
}
SQLITE = {
    "seen_stays": f"BEFORE UPDATE ON {{table}} WHEN NOT ({{stays}}) BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    "never_deleted": f"BEFORE DELETE ON {{table}} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
}


def triggers(vendor: str) -> dict[tuple[str, str], str]:
    """Every trigger of these rows for this database: (model, name) and its statement. `{stays}`: see there."""
    every = POSTGRESQL if vendor == "postgresql" else SQLITE
    return {(model, name): sql for model in MAY_CHANGE for name, sql in every.items()}


def stays(model: str, columns: Iterable[str]) -> str:
    """The condition that an update of this model's table leaves all of these columns that must stay."""
    may_change = MAY_CHANGE.get(model, {})
    same = {column: f'NEW."{column}" IS NOT DISTINCT FROM OLD."{column}"' for column in columns}
    return " AND ".join(f"({may_change[name]} OR {as_it_was})" if name in may_change else as_it_was
                        for name, as_it_was in same.items())  # fmt: skip
