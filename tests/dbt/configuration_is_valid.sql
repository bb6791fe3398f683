{{- config(tags=["configuration"]) -}}

{#
    The gate: as long as `config_errors` has rows, this test breaks with a message that lists all of them, and `dbt build`
    skips what comes after it, which is every other model.
#}
{%- set errors = ref('config_errors') -%}
{%- if execute and flags.WHICH in ('build', 'test') -%}
    {%- do refuse_configuration(configuration_mistakes(errors)) -%}
{%- endif -%}
select * from {{ errors }}
