"""The one package that imports dbt: a build of the project, what it planned and what became of it."""
