"""Seeds as files, before dbt sees them, and whether they are as they were."""
