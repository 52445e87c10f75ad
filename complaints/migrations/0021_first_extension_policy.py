from django.db import migrations


def adopt(apps, schema_editor):
    apps.get_model("complaints", "ExtensionPolicy").objects.create()


class Migration(migrations.Migration):
    """The first policy is what the fields default to."""

    dependencies = [("complaints", "0020_extensions")]
    operations = [migrations.RunPython(adopt, migrations.RunPython.noop)]
