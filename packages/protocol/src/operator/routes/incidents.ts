/** Incidents: what happens, who is harmed, what is done about it, and what it costs. */
import * as z from 'zod';
import * as texts from '../incident-texts.ts';
import * as incidents from '../incidents.ts';
import * as requests from '../requests.ts';
import type { Route } from '../route.ts';

const id = z.string().min(1).max(64);
const incident = z.object({ incident: id });

export const incidentRoutes = {
  listIncidents: {
    method: 'GET',
    path: '/v1/incidents',
    summary: 'Incidents, those that are not closed first',
    needs: 'read',
    query: incidents.incidentListQuerySchema,
    answer: incidents.incidentListViewSchema,
  },

  openIncident: {
    method: 'POST',
    path: '/v1/incidents',
    summary: 'Open an incident by hand; a halt opens one by itself',
    needs: 'ticket',
    body: incidents.openIncidentRequestSchema,
    answer: incidents.incidentViewSchema,
  },

  viewIncident: {
    method: 'GET',
    path: '/v1/incidents/:incident',
    summary: 'One incident: what happens, who is harmed and healed, what it costs, and what was done',
    needs: 'read',
    params: incident,
    answer: incidents.incidentViewSchema,
  },

  listIncidentDevices: {
    method: 'GET',
    path: '/v1/incidents/:incident/devices',
    summary: 'Harmed devices, and how each came back or what it waits for',
    needs: 'read',
    params: incident,
    query: incidents.incidentDevicesQuerySchema,
    answer: incidents.incidentDeviceListViewSchema,
  },

  listTechnicians: {
    method: 'GET',
    path: '/v1/incidents/:incident/technicians',
    summary:
      'Devices that only a technician reaches, as CSV (RFC 4180) with all that is known about where they are',
    needs: 'read',
    params: incident,
    answer: 'text',
  },

  noteIncident: {
    method: 'POST',
    path: '/v1/incidents/:incident/notes',
    summary: 'Write something into the timeline',
    needs: 'ticket',
    params: incident,
    body: incidents.noteRequestSchema,
    answer: incidents.incidentViewSchema,
  },

  addHypothesis: {
    method: 'POST',
    path: '/v1/incidents/:incident/hypotheses',
    summary: 'Say what may be the cause',
    needs: 'ticket',
    params: incident,
    body: incidents.hypothesisRequestSchema,
    answer: incidents.incidentViewSchema,
  },

  judgeHypothesis: {
    method: 'POST',
    path: '/v1/incidents/:incident/hypotheses/:hypothesis',
    summary: 'Support a hypothesis or rule it out, with a reason',
    needs: 'ticket',
    params: z.object({ incident: id, hypothesis: id }),
    body: incidents.judgeHypothesisRequestSchema,
    answer: incidents.incidentViewSchema,
  },

  recordVisits: {
    method: 'PUT',
    path: '/v1/incidents/:incident/visits',
    summary: 'How many visits technicians have made so far, in all',
    needs: 'ticket',
    params: incident,
    body: incidents.visitsRequestSchema,
    answer: incidents.incidentViewSchema,
  },

  mitigateIncident: {
    method: 'POST',
    path: '/v1/incidents/:incident/mitigate',
    summary: 'Say that nothing new goes wrong',
    needs: 'operate',
    params: incident,
    body: requests.actRequestSchema,
    answer: incidents.incidentViewSchema,
  },

  closeIncident: {
    method: 'POST',
    path: '/v1/incidents/:incident/close',
    summary: 'Close it, with a note that says how it ended',
    needs: 'operate',
    params: incident,
    body: incidents.closeIncidentRequestSchema,
    answer: incidents.incidentViewSchema,
  },

  reopenIncident: {
    method: 'POST',
    path: '/v1/incidents/:incident/reopen',
    summary: 'It was closed too early',
    needs: 'operate',
    params: incident,
    body: requests.actRequestSchema,
    answer: incidents.incidentViewSchema,
  },

  reportIncident: {
    method: 'GET',
    path: '/v1/incidents/:incident/report',
    summary: 'The report of an incident, as Markdown or PDF',
    needs: 'read',
    params: incident,
    query: incidents.reportQuerySchema,
    answer: 'text',
  },

  saveIncidentText: {
    method: 'PUT',
    path: '/v1/incidents/:incident/texts/:reader',
    summary: 'Keep a text for this incident as somebody wrote it, or throw it away',
    needs: 'ticket',
    params: z.object({ incident: id, reader: texts.readerSchema }),
    body: texts.saveTextRequestSchema,
    answer: incidents.incidentViewSchema,
  },

  viewTemplates: {
    method: 'GET',
    path: '/v1/incident-templates',
    summary: 'Templates of the texts about an incident, and what may stand in them',
    needs: 'read',
    answer: texts.templatesViewSchema,
  },

  setTemplate: {
    method: 'PUT',
    path: '/v1/incident-templates',
    summary: 'Set one template of this fleet, or go back to the product’s own',
    needs: 'ticket',
    body: texts.templateRequestSchema,
    answer: texts.templatesViewSchema,
  },

  viewPrices: {
    method: 'GET',
    path: '/v1/prices',
    summary: 'What things cost this fleet when a release goes wrong',
    needs: 'read',
    answer: incidents.pricesViewSchema,
  },

  setPrices: {
    method: 'PUT',
    path: '/v1/prices',
    summary: 'Set the price list of this fleet',
    needs: 'administer',
    body: incidents.pricesRequestSchema,
    answer: incidents.pricesViewSchema,
  },
} as const satisfies Record<string, Route>;
