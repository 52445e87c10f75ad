import datetime
import django.db.models.deletion
import portal.crypto
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0001_incidents'),
        ('creditquery', '0011_bind_open_queries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DeadlineExtension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('requested', 'With the lender'), ('approved', 'Approved'), ('refused', 'Refused'), ('withdrawn', 'Taken back'), ('in_force', 'In force'), ('superseded', 'Replaced by a later date'), ('revoked', 'Without effect')], default='requested', max_length=12, verbose_name='state')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('days_asked', models.PositiveSmallIntegerField(verbose_name='working days asked for')),
                ('reason', portal.crypto.SealedTextField(verbose_name='reason')),
                ('policy', models.CharField(max_length=20, verbose_name='policy version')),
                ('answer_by', models.DateField(verbose_name='answer by')),
                ('escalated_at', models.DateTimeField(null=True, verbose_name='escalated at')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('refusal', models.CharField(blank=True, choices=[('not_held_up', 'The outage did not hold this application up.'), ('enough_time', 'Enough time is left to decide without it.'), ('fixed_offer', 'The offer is bound to a day that the lender cannot move.'), ('decided', 'The application has been decided already.'), ('other', 'Another reason, as written below.')], max_length=12, verbose_name='reason of the refusal')),
                ('answer', portal.crypto.SealedTextField(default='', verbose_name='answer')),
                ('days', models.PositiveSmallIntegerField(null=True, verbose_name='working days granted')),
                ('counted_from', models.DateField(null=True, verbose_name='counted from')),
                ('until', models.DateField(null=True, verbose_name='new deadline')),
                ('provisional', models.BooleanField(default=False, verbose_name='provisional')),
                ('calendar', models.CharField(blank=True, max_length=40, verbose_name='calendar version')),
                ('ground_lost_at', models.DateTimeField(null=True, verbose_name='ground fell away at')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='complaints.incident', verbose_name='incident')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='creditquery.institution', verbose_name='lender')),
                ('loan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='creditquery.loanapplication', verbose_name='loan')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to=settings.AUTH_USER_MODEL, verbose_name='borrower')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='complaints.deadlineextension', verbose_name='replaces')),
            ],
            options={
                'verbose_name': 'deadline extension',
                'verbose_name_plural': 'deadline extensions',
                'permissions': [('ask_deadlineextension', 'May ask for a borrower')],
            },
        ),
        migrations.CreateModel(
            name='ExtensionBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('wanted', models.PositiveIntegerField(verbose_name='waiting then')),
                ('accepted', models.PositiveIntegerField(default=0, verbose_name='accepted')),
                ('reached', models.BigIntegerField(default=0, editable=False)),
                ('done_at', models.DateTimeField(null=True, verbose_name='done at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.incident')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creditquery.institution')),
            ],
            options={
                'verbose_name': 'extensions accepted together',
                'verbose_name_plural': 'extensions accepted together',
            },
        ),
        migrations.CreateModel(
            name='ExtensionPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(default='2026.1', max_length=20, unique=True, verbose_name='version')),
                ('days', models.PositiveSmallIntegerField(default=15, verbose_name='days, unless others are asked for')),
                ('cap_days', models.PositiveSmallIntegerField(default=30, verbose_name='days at most for one loan, in all')),
                ('answer_days', models.PositiveSmallIntegerField(default=3, verbose_name='days in which to answer')),
                ('auto_ask', models.BooleanField(default=False, help_text='Puts the request to the lender for each loan that an outage held up.', verbose_name='ask for everybody')),
                ('effective_from', models.DateField(default=datetime.date(2026, 11, 1), verbose_name='in force from')),
            ],
            options={
                'verbose_name': 'policy on extensions',
                'verbose_name_plural': 'policies on extensions',
                'ordering': ('-effective_from', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('answer_days__gt', 0), ('cap_days__gte', models.F('days')), ('days__gt', 0)), name='extension_policy_days')],
            },
        ),
        migrations.AddIndex(
            model_name='deadlineextension',
            index=models.Index(fields=['institution', 'state', 'answer_by'], name='extension_of_lender'),
        ),
        migrations.AddIndex(
            model_name='deadlineextension',
            index=models.Index(fields=['incident', 'state'], name='extension_of_incident'),
        ),
        migrations.AddIndex(
            model_name='deadlineextension',
            index=models.Index(condition=models.Q(('state', 'in_force')), fields=['until'], name='extension_in_force'),
        ),
        migrations.AddConstraint(
            model_name='deadlineextension',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'approved', 'refused', 'withdrawn', 'in_force', 'superseded', 'revoked'])), name='extension_state'),
        ),
        migrations.AddConstraint(
            model_name='deadlineextension',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(models.Q(('decided_by', models.F('person')), _negated=True), models.Q(('asked_by', None), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR')), _connector='OR'), name='extension_two_people'),
        ),
        migrations.AddConstraint(
            model_name='deadlineextension',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'in_force', 'superseded']), _negated=True), models.Q(('counted_from__isnull', False), ('days__gt', 0), ('days__isnull', False), ('decided_at__isnull', False), ('decided_by__isnull', False), ('until__gt', models.F('counted_from')), ('until__isnull', False)), _connector='OR'), name='extension_granted_in_full'),
        ),
        migrations.AddConstraint(
            model_name='deadlineextension',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(models.Q(('refusal', ''), _negated=True), ('decided_by__isnull', False)), _connector='OR'), name='extension_refused_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='deadlineextension',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['approved', 'in_force', 'requested'])), fields=('loan', 'incident'), name='extension_stands_once'),
        ),
        migrations.AddConstraint(
            model_name='extensionbatch',
            constraint=models.UniqueConstraint(condition=models.Q(('done_at', None)), fields=('incident', 'institution'), name='extension_batch_one_at_a_time'),
        ),
    ]
