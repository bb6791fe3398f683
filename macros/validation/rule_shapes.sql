{% macro rule_shapes() -%}
    {#
        What a rule of each shape must have, and can't have. `of`: SQL over `typed_rules`; `needs`, `excludes`: columns;
        `called`: the rule in a message. A cell that is empty, or filled in vain, is a mistake.
    -#}
    {%- set for_windows = ['measure', 'measure_field', 'comparator', 'threshold', 'threshold_high', 'window_length'] -%}
    {%- set for_activities = ['once_per', 'limit_count', 'limit_period'] -%}
    {{- return([
        {'of': "trigger = 'activity'", 'called': 'an activity rule', 'needs': ['activity'], 'excludes': for_windows},
        {
            'of': "trigger = 'window'", 'called': 'a window rule',
            'needs': ['activity', 'measure', 'comparator', 'threshold'], 'excludes': for_activities,
        },
        {
            'of': "trigger = 'profile'", 'called': 'a profile rule',
            'needs': [], 'excludes': ['activity'] + for_windows + for_activities,
        },
        {
            'of': "effective_recurrence = 'while' and operation in ('add', 'subtract')",
            'called': 'a rule that counts while it holds (recurrence `while`)',
            'needs': [], 'excludes': ['delay', 'expires_after', 'decay'],
        },
        {'of': "operation = 'set'", 'called': 'a `set`', 'needs': [], 'excludes': ['expires_after', 'decay']},
        {
            'of': 'decay is not null', 'called': 'a rule with decay',
            'needs': ['decay_percent', 'decay_every'], 'excludes': [],
        },
        {
            'of': 'decay is null', 'called': 'a rule without decay',
            'needs': [], 'excludes': ['decay_percent', 'decay_every'],
        },
        {
            'of': "trigger = 'activity' and limit_count is null", 'called': 'a rule without limit_count',
            'needs': [], 'excludes': ['limit_period'],
        },
        {
            'of': "trigger = 'window' and measure in ('sum', 'count_distinct')", 'called': 'a measure other than `count`',
            'needs': ['measure_field'], 'excludes': [],
        },
        {
            'of': "trigger = 'window' and comparator = 'between'", 'called': 'comparator `between`',
            'needs': ['threshold_high'], 'excludes': [],
        },
        {
            'of': "trigger = 'window' and comparator in ('>=', '>', '<', '<=', '=')",
            'called': 'a comparator other than `between`', 'needs': [], 'excludes': ['threshold_high'],
        },
    ]) -}}
{%- endmacro %}


{% macro shape_mistakes() -%}
    {# A block a shape and kind of mistake. -#}
    {%- set blocks = [] -%}
    {%- for shape in rule_shapes() -%}
        {%- for verb in ['needs', 'excludes'] if shape[verb] -%}
            {%- do blocks.append(_shape_mistakes(shape, verb)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ blocks | join('\n\n    union all\n\n    ') }}
{%- endmacro %}


{% macro _shape_mistakes(shape, verb) -%}
    {%- set problem = shape.called ~ (' needs ' if verb == 'needs' else " can't have ") %}
    {%- set names = "('" ~ (shape[verb] | join("', '")) ~ "')" %}
    -- check: {{ problem }}{{ shape[verb] | join(', ') }}
    {{ mistaken_cells(
        literal(problem) ~ ' || cells.column_name', 'cells.allowed' if verb == 'needs' else "'an empty cell'"
    ) }}
    inner join typed_rules
        on {{ same_row('typed_rules', seed='scoring_rules') }}
    where
        {% for part in shape.of.split(' and ') %}typed_rules.{{ part }} and {% endfor %}cells.column_name in {{ names }}
        and cells.value is {{ 'null' if verb == 'needs' else 'not null' }}
{%- endmacro %}
