"""What a builder adds and a publisher approves. Until then, no flow that uses it is published."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from flows import drafts
from flows.adminbase import display
from flows.used_in import used_in


class NeedsApproval:
    """Put before the theme's `ModelAdmin`. The model has `key`, `name` and `awaits_approval`.

    `frozen_fields` are those that only who may approve may change once it is approved: what is live. `resource` is what
    settings of steps refer to.
    """

    resource = ""
    frozen_fields: tuple[str, ...] = ()

    def approved_in_words(self, obj: Any) -> str:
        """The sentence after an approval."""
        raise NotImplementedError

    @property
    def _name(self) -> str:
        return str(self.opts.model_name)  # type: ignore[attr-defined]

    def may_approve(self, request: HttpRequest) -> bool:
        """Whether this user approves things of this kind."""
        return bool(request.user.has_perm(f"flows.approve_{self._name}"))  # type: ignore[union-attr]

    def is_frozen(self, request: HttpRequest, obj: Any) -> bool:
        """Whether it is live, and this user may not change what it does."""
        return obj is not None and not obj.awaits_approval and not self.may_approve(request)

    @display(description="Approval", label={"approved": "success", "waits for approval": "warning"})
    def state(self, obj: Any) -> str:
        return "waits for approval" if obj.awaits_approval else "approved"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self.frozen_fields) if self.is_frozen(request, obj) else []

    def get_urls(self) -> list[URLPattern]:
        approve = self.admin_site.admin_view(require_POST(self.approve_view))  # type: ignore[attr-defined]
        return [
            path("<int:pk>/approve/", approve, name=f"flows_{self._name}_approve"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        shown = {**(extra_context or {}), "may_approve": self.may_approve(request)}
        if object_id and object_id.isdigit():
            shown["approve_url"] = reverse(f"admin:flows_{self._name}_approve", args=[object_id])
            obj = self.get_object(request, object_id)  # type: ignore[attr-defined]
            shown["used"] = obj and used_in(self.resource, obj.key)
        return super().changeform_view(request, object_id, form_url, shown)  # type: ignore[misc]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            taken = set(type(obj).objects.values_list("key", flat=True))
            longest = obj._meta.get_field("key").max_length
            obj.key = drafts.free_key(obj.name, taken, otherwise=self.resource, longest=longest)
            obj.awaits_approval = not self.may_approve(request)
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approve it, as it stands."""
        if not self.may_approve(request):
            raise PermissionDenied
        obj: Any = get_object_or_404(self.model, pk=pk)  # type: ignore[attr-defined]
        obj.awaits_approval = False
        obj.save(update_fields=["awaits_approval"])
        self.log_change(request, obj, "Approved.")  # type: ignore[attr-defined]
        messages.success(request, self.approved_in_words(obj))
        return HttpResponseRedirect(obj.get_absolute_url())

    def used_by(self, obj: Any) -> str:
        """The steps and live versions that use it, in words; "" when there is none."""
        return used_in(self.resource, obj.key).in_words()
