"""People and their roles, in the site's own look."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User

from flows.adminbase import AdminPasswordChangeForm, ModelAdmin, UserChangeForm, UserCreationForm

admin.site.index_title = "What would you like to do?"
admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(UserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "first_name", "last_name", "email", "is_active", "is_superuser"]


@admin.register(Group)
class RoleAdmin(GroupAdmin, ModelAdmin):
    pass
