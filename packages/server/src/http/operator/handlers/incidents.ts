/** Incidents: one handler a route. */
import type { Context } from '../../../context.ts';
import { addHypothesis } from '../../../incidents/add-hypothesis.ts';
import { closeIncident } from '../../../incidents/close.ts';
import { judgeHypothesis } from '../../../incidents/judge-hypothesis.ts';
import { listIncidents } from '../../../incidents/list.ts';
import { listIncidentDevices } from '../../../incidents/list-devices.ts';
import { mitigateIncident } from '../../../incidents/mitigate.ts';
import { noteIncident } from '../../../incidents/note.ts';
import { openIncident } from '../../../incidents/open.ts';
import { setPrices, viewPrices } from '../../../incidents/prices.ts';
import { recordVisits } from '../../../incidents/record-visits.ts';
import { reopenIncident } from '../../../incidents/reopen.ts';
import { reportIncident } from '../../../incidents/report.ts';
import { listTechnicians } from '../../../incidents/technicians.ts';
import { saveIncidentText } from '../../../incidents/save-text.ts';
import { setTemplate, viewTemplates } from '../../../incidents/templates.ts';
import { viewIncident } from '../../../incidents/view.ts';
import type { HandlersOf } from './asked.ts';

type Names =
  | 'listIncidents'
  | 'openIncident'
  | 'viewIncident'
  | 'listIncidentDevices'
  | 'listTechnicians'
  | 'noteIncident'
  | 'addHypothesis'
  | 'judgeHypothesis'
  | 'recordVisits'
  | 'mitigateIncident'
  | 'closeIncident'
  | 'reopenIncident'
  | 'reportIncident'
  | 'saveIncidentText'
  | 'viewTemplates'
  | 'setTemplate'
  | 'viewPrices'
  | 'setPrices';

export function incidentsHandlers(context: Context): HandlersOf<Names> {
  return {
    listIncidents: ({ query }) => listIncidents(context, query.state),
    openIncident: ({ actor, body }) => openIncident(context, actor, body),
    viewIncident: ({ params }) => viewIncident(context, params.incident),
    listIncidentDevices: ({ params, query }) => listIncidentDevices(context, params.incident, query),
    listTechnicians: ({ principal, params }) => listTechnicians(context, principal, params.incident),
    noteIncident: ({ actor, params, body }) => noteIncident(context, actor, params.incident, body.text),
    addHypothesis: ({ actor, params, body }) => addHypothesis(context, actor, params.incident, body.text),
    judgeHypothesis: ({ actor, params, body }) => judgeHypothesis(context, actor, params, body),
    recordVisits: ({ actor, params, body }) => recordVisits(context, actor, params.incident, body),
    mitigateIncident: ({ actor, params, body }) =>
      mitigateIncident(context, actor, params.incident, body.because),
    closeIncident: ({ actor, params, body }) => closeIncident(context, actor, params.incident, body.note),
    reopenIncident: ({ actor, params, body }) =>
      reopenIncident(context, actor, params.incident, body.because),
    reportIncident: ({ params, query }) => reportIncident(context, params.incident, query.format),
    saveIncidentText: ({ actor, params, body }) => saveIncidentText(context, actor, params, body),
    viewTemplates: () => viewTemplates(context),
    setTemplate: ({ actor, body }) => setTemplate(context, actor, body),
    viewPrices: () => viewPrices(context),
    setPrices: ({ actor, body }) => setPrices(context, actor, body),
  };
}
