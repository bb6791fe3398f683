{% macro comparison_holds(measured, rules, when='') -%}
    {#
        Whether a measured value meets a window rule's comparator and threshold; null for other rules. `when` is the end of the names
        of thresholds that change with time.
    #}
    {%- set threshold, threshold_high = rules ~ '.threshold' ~ when, rules ~ '.threshold_high' ~ when -%}
    case {{ rules }}.comparator
        when '>=' then {{ measured }} >= {{ threshold }}
        when '>' then {{ measured }} > {{ threshold }}
        when '<' then {{ measured }} < {{ threshold }}
        when '<=' then {{ measured }} <= {{ threshold }}
        when '=' then {{ measured }} = {{ threshold }}
        when 'between' then {{ measured }} between {{ threshold }} and {{ threshold_high }}
    end
{%- endmacro %}


{% macro threshold_of_total(threshold, rules, numbers) -%}
    {#
        What the total of a window rule's numbers is compared with: the threshold, and for an average so many times it, because a
        quotient is never exact. Of nothing there is no average. Beyond what can be summed none lies.
    #}
    case
            when {{ rules }}.measure = 'average' and {{ numbers }} = 0 then null
            when {{ rules }}.measure = 'average'
                then cast(greatest(-1000000000000000000, least(1000000000000000000, {{ rules }}.{{ threshold }})) as decimal(29, 10))
                    * cast({{ numbers }} as decimal(8, 0))
            else {{ rules }}.{{ threshold }}
        end
{%- endmacro %}
