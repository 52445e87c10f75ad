from django.db import migrations, models


class Migration(migrations.Migration):
    """Two more kinds of letters; a loan has one valid letter of a kind for each of its people."""

    dependencies = [("complaints", "0047_kept_three_years"), ("reviews", "0001_initial")]
    operations = [
        migrations.RemoveConstraint(model_name="letter", name="letter_one_valid_per_loan"),
        migrations.AlterField(
            model_name="letter",
            name="kind",
            field=models.CharField(
                choices=[
                    ("delay", "Delay letter"),
                    ("extension", "Letter about a longer deadline"),
                    ("review", "Decision of a manual review"),
                    ("opinion", "Opinion of a manual review"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("impact", None), ("state", "issued")),
                fields=("kind", "loan", "person"),
                name="letter_one_valid_per_loan",
            ),
        ),
    ]
