"""The leadscore command: orchestrates dbt runs, loads raw data and publishes what comes out."""
