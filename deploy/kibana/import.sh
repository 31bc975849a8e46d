#!/bin/sh
# Imports the data view, the saved searches and the dashboards into Kibana. Run again after an update:
# objects of the same id are replaced.
#
#   deploy/kibana/import.sh http://localhost:5601
set -eu
kibana=${1:-http://kibana:5601}
file=${2:-$(dirname "$0")/countersign.ndjson}
curl -fsS --retry 30 --retry-delay 5 --retry-all-errors -X POST \
  "$kibana/api/saved_objects/_import?overwrite=true" \
  -H 'kbn-xsrf: countersign' ${KIBANA_API_KEY:+-H "Authorization: ApiKey $KIBANA_API_KEY"} \
  --form "file=@$file;filename=countersign.ndjson"
