#!/bin/sh
# Started by cron at 02:10. The model can be changed for one night: NIGHTLY_MODEL=claude-opus ./nightly.sh
set -eu
cd "$(dirname "$0")/.."

export NIGHTLY_MODEL="${NIGHTLY_MODEL:-claude-haiku}"
SUMMARY_MODEL="claude-3-5-haiku-20241022"   # only named in the mail, the summary is written by the platform's model

python scripts/check_models.py "$SUMMARY_MODEL" gpt-4o-mini || echo "check_models complained" >&2
python -m jobs.nightly "${1:-inbox}" | tee -a "logs/$(date +%F).log"
python -c 'from models.registry import CLAUDE_HAIKU; print("nightly ran with", CLAUDE_HAIKU.api_identifier)'
