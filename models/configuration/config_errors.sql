select
    cast(null as varchar) as seed
where false
