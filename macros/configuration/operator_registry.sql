{% macro operator_registry() -%}
    {#
        Operator -> how it is written and what it takes.
        `takes`: a value, a list of values, or none. `types`: the column types that it suits. `null_satisfies`: see contract 3.
    #}
    {%- set every = ['text', 'decimal', 'integer', 'boolean', 'timestamp', 'date'] -%}
    {%- set ordered = ['text', 'decimal', 'integer', 'timestamp', 'date'] -%}
    {{- return({
        '=': {'takes': 'value', 'types': every, 'null_satisfies': false, 'negates': none},
        '!=': {'takes': 'value', 'types': every, 'null_satisfies': true, 'negates': '='},
        '<': {'takes': 'value', 'types': ordered, 'null_satisfies': false, 'negates': none},
        '<=': {'takes': 'value', 'types': ordered, 'null_satisfies': false, 'negates': none},
        '>': {'takes': 'value', 'types': ordered, 'null_satisfies': false, 'negates': none},
        '>=': {'takes': 'value', 'types': ordered, 'null_satisfies': false, 'negates': none},
        'in': {'takes': 'list', 'types': every, 'null_satisfies': false, 'negates': none},
        'not in': {'takes': 'list', 'types': every, 'null_satisfies': true, 'negates': 'in'},
        'contains': {'takes': 'value', 'types': ['text'], 'null_satisfies': false, 'negates': none},
        'not contains': {'takes': 'value', 'types': ['text'], 'null_satisfies': true, 'negates': 'contains'},
        'starts with': {'takes': 'value', 'types': ['text'], 'null_satisfies': false, 'negates': none},
        'ends with': {'takes': 'value', 'types': ['text'], 'null_satisfies': false, 'negates': none},
        'matches': {'takes': 'value', 'types': ['text'], 'null_satisfies': false, 'negates': none},
        'is set': {'takes': 'nothing', 'types': every, 'null_satisfies': false, 'negates': none},
        'is not set': {'takes': 'nothing', 'types': every, 'null_satisfies': true, 'negates': none},
    }) -}}
{%- endmacro %}
