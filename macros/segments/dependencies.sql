{# Segments that name other segments. #}

{% macro with_other_fields(segments) -%}
    {# Segment definitions in which a condition whose value is a field in braces has its name too, as `other_field`. #}
    {%- for condition in segments | map(attribute='clauses') | sum(start=[]) | sum(start=[]) -%}
        {%- do condition.update({'other_field': field_in_braces(condition.value)}) -%}
    {%- endfor -%}
    {{- return(segments) -}}
{%- endmacro %}


{% macro named_segments(segments) -%}
    {#
        The segments that others name, in levels: each names only those of the levels before it. An inactive one, which has no members,
        has no clauses. A list of lists of {field, segment: its definition, none for an inactive one}.
    #}
    {%- set active = {} -%}
    {%- set needs = {} -%}
    {%- for segment in segments -%}
        {%- do active.update({segment.segment_id: segment}) -%}
        {%- do needs.update({segment.segment_id: fields_named([segment], 'segment') | map(attribute='segment_id') | list}) -%}
    {%- endfor -%}
    {%- set named = fields_named(segments, 'segment') -%}
    {%- for field in named -%}
        {%- do needs.setdefault(field.segment_id, []) -%}
    {%- endfor -%}
    {%- set levels = [] -%}
    {%- for level in dependency_levels(needs) -%}
        {%- set found = [] -%}
        {%- for field in named if field.segment_id in level -%}
            {%- do found.append({'field': field, 'segment': active.get(field.segment_id)}) -%}
        {%- endfor -%}
        {%- if found -%}
            {%- do levels.append(found) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(levels) -}}
{%- endmacro %}


{% macro dependency_levels(needs) -%}
    {# Names in levels: each needs only names of the levels before it. Who is in a circle, or needs one who is, is in none. #}
    {%- set levels = [] -%}
    {%- set placed = {} -%}
    {%- set last = namespace(level=[true]) -%}
    {%- for _ in needs -%}
        {%- if last.level -%}
            {%- set last.level = [] -%}
            {%- for name, needed in needs.items() if name not in placed and not needed | reject('in', placed) | list -%}
                {%- do last.level.append(name) -%}
            {%- endfor -%}
            {%- do placed.update(dict.fromkeys(last.level)) -%}
            {%- do levels.append(last.level) if last.level -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(levels) -}}
{%- endmacro %}


{% macro circles(edges) -%}
    {# Of edges [name, name that it needs, ...] those on a circle, each with the shortest one as `a -> b -> a` after its cells. #}
    {%- set needs = {} -%}
    {%- for edge in edges -%}
        {%- do needs.setdefault(edge[0], []).append(edge[1]) -%}
        {%- do needs.setdefault(edge[1], []) -%}
    {%- endfor -%}
    {%- set placed = dependency_levels(needs) | sum(start=[]) -%}
    {%- set found = [] -%}
    {%- for edge in edges if edge[0] not in placed and edge[1] not in placed -%}
        {%- set paths = {edge[1]: [edge[0], edge[1]]} -%}
        {%- set reached = [edge[1]] -%}
        {#- What is reached is gone through as well, as long as it gets longer. -#}
        {%- for name in reached -%}
            {%- for next_one in needs[name] if next_one not in paths -%}
                {%- do paths.update({next_one: paths[name] + [next_one]}) -%}
                {%- do reached.append(next_one) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if edge[0] in paths -%}
            {%- do found.append((edge | list) + [paths[edge[0]] | join(' -> ')]) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(found) -}}
{%- endmacro %}
