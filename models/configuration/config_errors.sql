{%- set headers = {} -%}
{%- for seed in seed_registry() -%}
{%- do headers.update({seed: seed_header(ref(seed))}) -%}
{%- endfor -%}
{#- Relations that the checks read, each from those before it. -#}
{%- set relations = {} -%}
{%- for seed in seed_registry() -%}
{%- do relations.update({seed: seed_rows(ref(seed), seed)}) -%}
{%- endfor -%}
{%- do relations.update({
    'seed_columns': seed_columns(headers),
    'seed_choices': seed_choices(),
    'seed_references': seed_references(),
    'field_contexts': context_columns(),
    'operator_types': operator_types(),
    'operator_lists': operator_lists(),
    'cell_values': cell_values(),
    'cells': cells(),
    'known_ids': known_ids(),
    'known_id_lists': known_id_lists(),
    'typed_rules': typed_rules(),
    'typed_bands': typed_bands(),
    'sound_bands': sound_bands(),
    'model_bands': model_bands(),
    'known_bands': known_bands(),
    'known_fields': known_fields(),
    'field_uses': field_uses(),
    'resolved_fields': resolved_fields(),
    'sound_conditions': sound_conditions(),
    'condition_values': condition_values(),
    'named_values': named_values(),
    'named_value_lists': named_value_lists(),
}) -%}
{%- set read_often = [
    'cells', 'known_ids', 'known_id_lists', 'typed_rules', 'sound_bands', 'resolved_fields', 'sound_conditions', 'condition_values',
] -%}
{%- set checks = [
    file_mistakes(headers),
    cell_mistakes(),
    id_mistakes(),
    rule_mistakes(),
    shape_mistakes(),
    field_mistakes(),
    condition_mistakes(),
    value_mistakes(),
    limit_mistakes(),
    band_mistakes(),
    matrix_mistakes(),
] -%}
-- Every mistake in the configuration, a row each; below, a headed block a check.
{{ with_parts(relations, read_often) }}
mistakes as (

    {{ checks | map('trim') | join('\n\n    union all\n\n    ') }}

)

select * from mistakes
