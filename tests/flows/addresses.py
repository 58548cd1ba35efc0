"""Where the pages are."""

from django.urls import reverse


def add_url(flow):
    return f"{reverse('admin:flows_step_add')}?flow={flow.pk}"


def publish_url(flow):
    return reverse("admin:flows_flow_publish", args=[flow.pk])


def go_live_url(number):
    return reverse("admin:flows_phonenumber_go_live", args=[number.pk])


def delete_url(row):
    return reverse(f"admin:flows_{row._meta.model_name}_delete", args=[row.pk])
