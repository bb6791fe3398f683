{% macro operator_registry() -%}
    {#
        Operator -> how it is written and what it takes.
        `takes`: a value, a list of values, a duration, or nothing. `types`: the column types that it suits. `negates`: the operator
        whose opposite it is; a null satisfies it. `only_in`: the one context that knows it.
    #}
    {%- set every = ['text', 'decimal', 'integer', 'boolean', 'timestamp', 'date'] -%}
    {%- set ordered = ['text', 'decimal', 'integer', 'timestamp', 'date'] -%}
    {%- set lying = {'takes': 'duration', 'types': ['text', 'timestamp', 'date'], 'negates': none, 'only_in': 'segment'} -%}
    {{- return({
        '=': {'takes': 'value', 'types': every, 'negates': none},
        '!=': {'takes': 'value', 'types': every, 'negates': '='},
        '<': {'takes': 'value', 'types': ordered, 'negates': none},
        '<=': {'takes': 'value', 'types': ordered, 'negates': none},
        '>': {'takes': 'value', 'types': ordered, 'negates': none},
        '>=': {'takes': 'value', 'types': ordered, 'negates': none},
        'in': {'takes': 'list', 'types': every, 'negates': none},
        'not in': {'takes': 'list', 'types': every, 'negates': 'in'},
        'contains': {'takes': 'value', 'types': ['text'], 'negates': none},
        'not contains': {'takes': 'value', 'types': ['text'], 'negates': 'contains'},
        'starts with': {'takes': 'value', 'types': ['text'], 'negates': none},
        'ends with': {'takes': 'value', 'types': ['text'], 'negates': none},
        'matches': {'takes': 'value', 'types': ['text'], 'negates': none},
        'has': {'takes': 'value', 'types': every, 'negates': none},
        'has not': {'takes': 'value', 'types': every, 'negates': 'has'},
        'within last': lying,
        'within next': lying,
        'anniversary within next': lying,
        'is set': {'takes': 'nothing', 'types': every, 'negates': none},
        'is not set': {'takes': 'nothing', 'types': every, 'negates': none},
    }) -}}
{%- endmacro %}
