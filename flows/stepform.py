"""The form of one step, derived from its kind: a field for each setting, its choices, and where its exits lead.

Errors stand beside their fields. What is wrong is refused; what is only missing is kept and shown as a problem, since a
draft may be half-finished.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.html import format_html

from flows import advice, cases, drafts, hearing, linting, publishing, translations
from flows.adminbase import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget
from flows.engine.problems import setting_problems
from flows.engine.step import REGISTRY, FieldProblem, Option, Outcome, params
from flows.engine.step import Step as Kind
from flows.engine.stored_settings import SettingsError, build, settings_of, types_of, without_usual
from flows.fields import OfferedField, field_for
from flows.forms import DraftForm
from flows.models import Exit, Flow, Step
from flows.rows import Column, Row, RowsField
from flows.step_words import built_from, capital

NOT_CONNECTED = ("", "— not connected —")
EXIT = "exit:"  # the field of the exit for an outcome, as in `Problem.field`

Choices = tuple[tuple[str, str], ...]


class StepForm(DraftForm):
    """The settings and exits of one step. `step_form` makes the class for a step."""

    kind: ClassVar[type[Kind]]
    steps: ClassVar[Mapping[str, Step]]
    sayable: ClassVar[cases.Choices]  # the answers that its texts may say
    in_tables: ClassVar[set[str]]  # the exits that are rows of a table
    left_open: ClassVar[Mapping[str, Outcome]]  # by field: exits that need not lead anywhere, and do not

    class Meta:
        model = Step
        fields = ["name"]
        widgets: ClassVar = {"name": UnfoldAdminTextInputWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial |= _stored(self.instance)
        for name, field in self.fields.items():
            if isinstance(field, OfferedField):
                field.keep(self.initial.get(name, ""))
        for name, heard in hearing.in_step(self.instance).items():
            if name in self.fields:
                self.fields[name].widget.heard = heard
        for name in (name for name, about in params(self.kind).items() if about.inserts):
            self.fields[name].widget.answers, self.fields[name].widget.label = self.sayable, self.fields[name].label
        if not self.is_bound:
            self._show_problems()

    @property
    def flow_row(self) -> Flow:
        return self.instance.flow

    @property
    def part(self) -> str:
        return self.instance.key

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            self.options = self._options(cleaned.get("options") or [])
            kept = translations.kept(self.instance, self.options)
            self.instance.settings = self._settings(cleaned) | kept
            for found in self._what_is_wrong():
                self._mark(found)
        return cleaned

    def save_exits(self) -> None:
        """Store where this step's exits lead, and the choices that were added to it."""
        exits = {name.removeprefix(EXIT): key for name, key in self.cleaned_data.items() if name.startswith(EXIT)}
        goes_to = {outcome: self.steps.get(key) for outcome, key in (exits | self.leads).items()}
        drafts.write_exits(self.instance, self.options, goes_to)

    def _settings(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """What is stored of the fields. Where the rows of tables of exits lead is kept apart, by outcome."""
        found, self.leads = {name: cleaned[name] for name in params(self.kind)}, dict[str, str]()
        for name in cases.tables(self.kind):
            found[name], leads = cases.typed_rows(cleaned[name], self.initial.get(name, []))
            self.leads |= leads
        return without_usual(self.kind, found)

    def _options(self, rows: list[Row]) -> list[Exit]:
        """The choices as rows of the database; those that are named by their label keep the name they have."""
        known = {row.outcome for row in drafts.option_rows(self.instance)}
        taken = {outcome.name for outcome in self.kind.own_outcomes} | known
        by_label = bool(rows) and named_by_label(self.kind)
        found = []
        for row in rows:
            outcome = row["outcome"]
            if by_label and outcome not in known:
                outcome = drafts.free_key(row["label"], taken, otherwise="end", longest=40)
                taken.add(outcome)
            goes_to = self.steps.get(row["goes_to"])
            found.append(Exit(outcome=outcome, label=row["label"], phrases=row["phrases"], goes_to=goes_to))
        return found

    def _what_is_wrong(self) -> Iterator[FieldProblem]:
        names = [row.outcome for row in self.options]
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            yield FieldProblem(field=EXIT + name, sentence=f"“{name}” stands for two choices. Give each its own.")
        options = [Option(outcome=row.outcome, label=row.label, phrases=row.phrase_list()) for row in self.options]
        try:
            built = build(self.kind.kind, self.instance.settings, options)
            others = [step for step in self.steps.values() if step.pk != self.instance.pk]
            found = list(setting_problems(built.knowing(cases.answers_in([*others, self.instance]))))
        except SettingsError as error:
            found = [FieldProblem(field=error.field, sentence=error.sentence)]
        yield from (problem for problem in found if not self._is_missing(problem.field))

    def _is_missing(self, field: str) -> bool:
        """True when the problem is that nothing stands there yet, which a draft may keep."""
        if field.startswith(EXIT):
            return field.removeprefix(EXIT) not in {row.outcome for row in self.options} | self.leads.keys()
        return self.cleaned_data.get(field) in (None, "", [])

    def _mark(self, found: FieldProblem) -> None:
        """Put a sentence beside the field it is about, or under the row of its choice."""
        rows = _rows_of(found.field, self._tables({"options": [{"outcome": row.outcome} for row in self.options]}))
        for name, index in rows:
            self.fields[name].mark(index, found.sentence)
            if not self.has_error(name):
                self.add_error(name, "Mend the marked rows.")
        if not rows:
            self.add_error(found.field if found.field in self.fields else None, found.sentence)

    def _tables(self, options: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
        """The rows of every table of exits, by field."""
        return {**options, **{name: self.instance.settings.get(name, []) for name in cases.tables(self.kind)}}

    def _show_problems(self) -> None:
        """On a fresh page, what stops publishing stands beside the field where it is mended."""
        self.other_problems, self.other_findings = [], []
        draft = publishing.draft(self.flow_row)
        for linted in linting.beside(self.instance, draft.flow, is_whole=not draft.problems):
            if not self._show_beside(linted.field, linting.in_words(linted), linted.look):
                self.other_findings.append((linted.look, linting.in_words(linted)))
        for problem in draft.problems:
            if problem.step == self.instance.key and not self._show_beside(problem.field, problem.sentence):
                self.other_problems.append(problem.sentence)

    def _show_beside(self, field: str, sentence: str, look: str = "cw-problem") -> bool:
        """Put a sentence beside its field, or under the row of its choice; False where there is none."""
        rows = _rows_of(field, self._tables({"options": self.initial.get("options", [])}))
        if rows:
            self.fields[rows[0][0]].mark(rows[0][1], sentence)
        elif field in self.fields:
            shown = self.fields[field]
            shown.help_text = format_html('<p class="{}">{}</p>{}', look, sentence, shown.help_text)
        return bool(rows) or field in self.fields


def step_form(step: Step) -> type[StepForm]:
    """The form for this step: a field for each setting of its kind, its choices, and its fixed exits."""
    kind = REGISTRY[step.kind]
    hints = types_of(kind)
    steps = {other.key: other for other in step.flow.steps.all()}
    choices = (NOT_CONNECTED, *((key, other.name) for key, other in steps.items()))
    answers = cases.answers_in(steps.values())
    fields: dict[str, forms.Field] = {
        name: field_for(name, about, hints[name], cases.offered_to(step, name, answers))
        for name, about in params(kind).items()
    }
    fields |= cases.table_fields(step, answers, choices)
    in_tables = {row["outcome"] for name in cases.tables(kind) for row in cases.stored_rows(step, name)}
    if kind.takes_options:
        fields["options"] = options_field(kind, choices)
    fixed, left_open = _fixed(step), {}
    built = built_from(step)
    for row in step.exits.all():
        if row.outcome in fixed and row.outcome not in in_tables:
            heard = advice.before_exit(built, row.outcome) if built else ""
            fields[EXIT + row.outcome] = _exit_field(step, row, fixed[row.outcome], choices, heard)
            if fixed[row.outcome].optional and row.goes_to_id is None:
                left_open[EXIT + row.outcome] = fixed[row.outcome]
    about = {"kind": kind, "steps": steps, "left_open": left_open, "in_tables": in_tables}
    return type("StepForm", (StepForm,), {**fields, **about, "sayable": cases.to_insert(answers)})


def options_field(kind: type[Kind], choices: Choices) -> RowsField:
    """The table of the choices that a builder adds. Where callers press keys, each row begins with its key."""
    columns = [
        Column("outcome", "", hidden=True, max_length=40)
        if named_by_label(kind)
        else Column("outcome", "Key", max_length=4, required=True, narrow=True),
        Column("label", "Label", max_length=60, required=True),
        Column("phrases", "Callers may say", max_length=300),
        Column("goes_to", "Goes to", choices=choices),
    ]
    title, row_name = ("Ends", "way to end") if named_by_label(kind) else ("Choices", "choice")
    help_text = "What callers may say are words for it, parted by commas, such as “billing, invoice, my bill”."
    if named_by_label(kind):
        help_text = (
            "What may come of the conversation, such as “An appointment is booked”, and where callers go then. "
            "What callers may say are words by which they ask for it, parted by commas."
        )
    return RowsField(columns=columns, row_name=row_name, label=title, help_text=help_text, required=False)


def named_by_label(kind: type[Kind]) -> bool:
    """Whether a choice of this kind can be called by its label, rather than by a key: the kind itself is asked."""
    tried = build(kind.kind, {}, [Option(outcome="choice", label="Choice")])
    return not any(problem.field == f"{EXIT}choice" for problem in tried.problems())


def _exit_field(step: Step, row: Exit, outcome: Outcome, choices: Choices, heard: str) -> forms.Field:
    help_text = heard or outcome.help
    if row.goes_to_id is None and not outcome.optional:
        address = f"{reverse('admin:flows_step_add')}?flow={step.flow_id}&after={row.pk}"
        help_text = format_html('{} <a class="cw-link" href="{}">Add a new step here</a>', help_text, address)
    label = capital(outcome.label or outcome.name)
    offered = (("", f"— leave open: {outcome.when_open} —"), *choices[1:]) if outcome.optional else choices
    return forms.ChoiceField(
        choices=offered, required=False, label=label, help_text=help_text, widget=UnfoldAdminSelectWidget
    )


def _rows_of(field: str, tables: Mapping[str, list[Row]]) -> list[tuple[str, int]]:
    """Where the exit that `field` means is a row of a table: the name of the table, and the row's place."""
    return [
        (name, place)
        for name, rows in tables.items()
        for place, row in enumerate(rows)
        if EXIT + row.get("outcome", "") == field
    ]


def _fixed(step: Step) -> dict[str, Outcome]:
    return {outcome.name: outcome for outcome in drafts.outcomes_of(step)}


def _stored(step: Step) -> dict[str, Any]:
    """The initial values of a step's form."""
    built = built_from(step)
    # Where the settings do not fit, the form shows what is there; saving it makes it whole again.
    found: dict[str, Any] = settings_of(built) if built else dict(step.settings)
    leads = {row.outcome: row.goes_to.key if row.goes_to else "" for row in step.exits.select_related("goes_to")}
    found |= {EXIT + outcome: key for outcome, key in leads.items()}
    for name in cases.tables(REGISTRY[step.kind]):
        found[name] = cases.shown_rows(cases.stored_rows(step, name), leads)
    found["options"] = [
        {
            "outcome": row.outcome,
            "label": row.label,
            "phrases": row.phrases,
            "goes_to": leads.get(row.outcome, ""),
        }
        for row in drafts.option_rows(step)
    ]
    return found
