-- Every version of every declaration. A source without times of day gives the day it declares.
{{ union_sources('declarations', also={'declared_on': 'date'}) }}
