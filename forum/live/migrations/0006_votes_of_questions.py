import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hosting', '0001_sessions'),
        ('live', '0005_live_until'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='question',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='hosting.question'),
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('posted', 'Posted'), ('edited', 'Edited'), ('removed', 'Removed'), ('locked', 'Locked'), ('unlocked', 'Unlocked'), ('closed', 'Closed'), ('moved', 'Moved'), ('changed', 'Changed'), ('reacted', 'Reacted'), ('helped', 'Helped'), ('session', 'Session'), ('voted', 'Voted'), ('summed', 'Summed')], max_length=12),
        ),
    ]
