// What ical.js (Thunderbird, Nextcloud) understands of a calendar file: one JSON line per entry.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], "utf-8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(zone);
}
const moment = (time) => (time.isDate ? time.toString() : time.toUnixTime());
for (const component of calendar.getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(component);
  console.log(
    JSON.stringify({
      uid: event.uid,
      summary: event.summary,
      description: event.description ?? "",
      location: event.location ?? "",
      starts: moment(event.startDate),
      ends: moment(event.endDate),
      status: component.getFirstPropertyValue("status"),
      sequence: event.sequence,
    }),
  );
}
