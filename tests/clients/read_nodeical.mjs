// What node-ical understands of a calendar file: one JSON line per entry.
import { readFileSync } from "node:fs";
import ical from "node-ical";

const two = (number) => String(number).padStart(2, "0");
const day = (time) => `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
const moment = (time) => (time.dateOnly ? day(time) : time.getTime() / 1000);
const entries = Object.values(ical.sync.parseICS(readFileSync(process.argv[2], "utf-8")));
for (const event of entries.filter((entry) => entry.type === "VEVENT")) {
  console.log(
    JSON.stringify({
      uid: event.uid,
      summary: event.summary,
      description: event.description ?? "",
      location: event.location ?? "",
      starts: moment(event.start),
      ends: moment(event.end),
      status: event.status,
      sequence: Number(event.sequence),
    }),
  );
}
