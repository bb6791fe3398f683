{% macro typed_bands() -%}
    {# The bands as intervals; bounds that can't be read, or are given twice, have a mistake of their own. -#}
    select
        row_number,
        model_id,
        band_id,
        coalesce({{ if_readable('points', 'above') }}, {{ if_readable('points', 'from_score') }}) as lower_bound,
        coalesce({{ if_readable('points', 'below') }}, {{ if_readable('points', 'up_to') }}) as upper_bound,
        above is not null as is_open_below,
        below is not null as is_open_above,
        above is not null and from_score is not null as has_two_lower,
        up_to is not null and below is not null as has_two_upper,
        {% for bound in ['above', 'from_score', 'up_to', 'below'] -%}
        ({{ bound }} is null or {{ can_be_read('points', bound) }}){{ ' and ' if not loop.last }}
        {%- endfor %} as is_readable
    from score_bands
{%- endmacro %}


{% macro band_mistakes() -%}
    -- check: a band has one lower bound
    {{ mistaken_cells("'the band has both above and from_score'", "'one of them: above is exclusive, from_score inclusive'") }}
    inner join typed_bands
        on {{ same_row('typed_bands', seed='score_bands', column='from_score') }}
    where typed_bands.has_two_lower

    union all

    -- check: a band has one upper bound
    {{ mistaken_cells("'the band has both up_to and below'", "'one of them: up_to is inclusive, below exclusive'") }}
    inner join typed_bands
        on {{ same_row('typed_bands', seed='score_bands', column='below') }}
    where typed_bands.has_two_upper

    union all

    -- check: a band isn't empty
    {{ mistaken_cells("'no score lies in this band: its lower bound is not below its upper one'", "'bounds in order'") }}
    inner join sound_bands
        on {{ same_row('sound_bands', seed='score_bands', column='band_id') }}
    where not sound_bands.holds_scores

    union all

    -- check: the bands of a model don't overlap
    {{ mistaken_cells(
        "'the band overlaps band ' || " ~ shown('earlier.band_id') ~ " || ' of row ' || cast(earlier.row_number as "
            ~ dbt.type_string() ~ ')',
        "'bands that share no score; gaps are allowed'",
    ) }}
    inner join sound_bands as later
        on {{ same_row('later', seed='score_bands', column='band_id') }}
    inner join sound_bands as earlier
        on
            later.model_id = earlier.model_id
            and later.row_number > earlier.row_number
            and later.band_id != earlier.band_id
            and later.holds_scores
            and earlier.holds_scores
            and {{ _begins_before_end('earlier', 'later') }}
            and {{ _begins_before_end('later', 'earlier') }}
{%- endmacro %}


{% macro sound_bands() -%}
    select
        *,
        {{ _begins_before_end('typed_bands', 'typed_bands') }} as holds_scores
    from typed_bands
    where is_readable and not has_two_lower and not has_two_upper
{%- endmacro %}


{% macro _begins_before_end(band, other) -%}
    {# Whether a band begins before another ends; where both bounds are one number, both must include it. -#}
    (
        {{ band }}.lower_bound is null
        or {{ other }}.upper_bound is null
        or {{ band }}.lower_bound < {{ other }}.upper_bound
        or (
            {{ band }}.lower_bound = {{ other }}.upper_bound and not {{ band }}.is_open_below and not {{ other }}.is_open_above
        )
    )
{%- endmacro %}
