{% macro seed_registry() -%}
    {#
        The configuration seeds, a list of columns each: [name, type, options]. Reading and validation derive from it.
        Types: id, text, choice, integer, decimal, points, boolean, timestamp, duration, field. Options:
        required, one_of (choice), above / at_least / at_most (numbers), refers_to ([seed, column]), key (unique in its seed,
        together with its other key columns), default (what an empty cell means).
    #}
    {%- set operators = operator_registry().items() | rejectattr('1.only_in') | map(attribute=0) | list -%}
    {%- set of_segments, flag = {'required': true, 'one_of': operator_registry().keys() | list}, {'default': 'true'} -%}
    {%- set conditions = [
        ['clause', 'text', {'required': true}], ['field', 'field', {'required': true}],
        ['operator', 'choice', {'required': true, 'one_of': operators}], ['value', 'text', {}],
    ] -%}
    {%- set model = ['model_id', 'id', {'required': true, 'refers_to': ['scoring_models', 'model_id']}] -%}
    {%- set model_key = ['model_id', 'id', {'required': true, 'refers_to': ['scoring_models', 'model_id'], 'key': true}] -%}
    {%- set rank = {'at_least': 1, 'at_most': 5} -%}
    {{- return({
        'scoring_models': [
            ['model_id', 'id', {'required': true, 'key': true}], ['title', 'text', {}], ['description', 'text', {}],
            ['is_active', 'boolean', flag], ['starting_points', 'points', {'default': '0'}],
            ['minimum_score', 'points', {}], ['maximum_score', 'points', {}],
        ],
        'scoring_rules': _rule_columns(model),
        'rule_conditions': [['rule_id', 'id', {'required': true, 'refers_to': ['scoring_rules', 'rule_id']}]] + conditions,
        'model_conditions': [model] + conditions,
        'category_limits': [
            model_key, ['category', 'text', {'required': true, 'key': true}],
            ['minimum', 'points', {}], ['maximum', 'points', {}],
        ],
        'score_bands': [
            model_key, ['band_id', 'id', {'required': true, 'key': true}], ['title', 'text', {}], ['above', 'points', {}],
            ['from_score', 'points', {}], ['up_to', 'points', {}], ['below', 'points', {}], ['action', 'text', {}],
            ['notify', 'boolean', {'default': 'false'}], ['notify_again_after', 'duration', {}],
        ],
        'score_matrix': [
            ['matrix_id', 'id', {'required': true, 'key': true}],
            ['first_model_id', 'id', {'required': true, 'refers_to': ['scoring_models', 'model_id']}],
            ['first_band_id', 'id', {'required': true, 'key': true}],
            ['second_model_id', 'id', {'required': true, 'refers_to': ['scoring_models', 'model_id']}],
            ['second_band_id', 'id', {'required': true, 'key': true}], ['label', 'text', {'required': true}],
        ],
        'account_roles': [
            ['role', 'id', {'required': true}], ['job_title_contains', 'text', {'required': true}],
            ['weight', 'decimal', {'required': true, 'at_least': 0, 'at_most': 99999}],
        ],
        'rfm_segments': [
            ['rfm_segment', 'id', {'required': true}], ['priority', 'integer', {'required': true}],
            ['recency_from', 'integer', rank], ['recency_to', 'integer', rank], ['frequency_from', 'integer', rank],
            ['frequency_to', 'integer', rank], ['monetary_from', 'integer', rank], ['monetary_to', 'integer', rank],
        ],
        'exchange_rates': [
            ['currency', 'id', {'required': true}], ['valid_from', 'timestamp', {}], ['rate', 'decimal', {'required': true, 'above': 0, 'at_most': 999999999}],
        ],
        'conversions': [
            ['conversion_id', 'id', {'required': true, 'key': true}], ['title', 'text', {}], ['description', 'text', {}],
            ['is_active', 'boolean', flag], ['activity', 'text', {'required': true}],
            ['horizon', 'duration', {'default': '30 days'}],
            ['observations', 'integer', {'at_least': 1, 'at_most': 100, 'default': '6'}],
            ['observe_every', 'duration', {'default': '30 days'}],
        ],
        'conversion_conditions': [
            ['conversion_id', 'id', {'required': true, 'refers_to': ['conversions', 'conversion_id']}],
        ] + conditions,
        'segments': [
            ['segment_id', 'id', {'required': true, 'key': true}], ['title', 'text', {}], ['description', 'text', {}],
            ['is_active', 'boolean', flag], ['requires_consent', 'boolean', flag],
        ],
        'segment_conditions': [
            ['segment_id', 'id', {'required': true, 'refers_to': ['segments', 'segment_id']}],
        ] + conditions[:2] + [['operator', 'choice', of_segments]] + conditions[3:],
    }) -}}
{%- endmacro %}


{% macro _rule_columns(model) -%}
    {# Those of `scoring_rules`; `model`: its column of that name. #}
    {{- return([
        ['rule_id', 'id', {'required': true, 'key': true}], model, ['title', 'text', {}], ['description', 'text', {}],
        ['is_active', 'boolean', {'default': 'true'}], ['category', 'text', {}],
        ['operation', 'choice', {'required': true, 'one_of': ['add', 'subtract', 'set']}],
        ['points', 'points', {'required': true}],
        ['trigger', 'choice', {'required': true, 'one_of': ['activity', 'window', 'profile']}],
        ['activity', 'text', {}], ['recurrence', 'choice', {'one_of': ['every', 'first', 'while', 'each']}],
        ['once_per', 'field', {}], ['limit_count', 'integer', {'at_least': 1}],
        ['limit_period', 'choice', {'one_of': ['day', 'week', 'month', 'year']}],
        ['delay', 'duration', {}], ['expires_after', 'duration', {}],
        ['decay', 'choice', {'one_of': ['linear', 'exponential']}],
        ['decay_percent', 'decimal', {'above': 0, 'at_most': 100}], ['decay_every', 'duration', {}],
        ['window_length', 'duration', {}],
        ['measure', 'choice', {'one_of': ['count', 'sum', 'count_distinct', 'average']}], ['measure_field', 'field', {}],
        ['comparator', 'choice', {'one_of': ['>=', '>', '<', '<=', '=', 'between']}],
        ['threshold', 'decimal', {}], ['threshold_high', 'decimal', {}],
        ['evaluate_from', 'choice', {'one_of': ['window', 'creation'], 'default': 'window'}], ['per_field', 'field', {}],
        ['per_step', 'decimal', {'above': 0, 'at_most': 1000000000000000}], ['valid_from', 'timestamp', {}], ['valid_to', 'timestamp', {}],
    ]) -}}
{%- endmacro %}
