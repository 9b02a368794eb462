// The screens of a person's own page of channels, which visitors open by its link.
import { sendsOnce, type Screen } from "../screen.ts";

export const screens: Screen[] = [
  { name: "person", path: ({ person }) => person.page, role: "visitor" },
  { name: "person-of-channel", path: ({ person }) => person.ofChannel, role: "visitor" },
  { name: "person-quiet", path: ({ person }) => person.quiet, role: "visitor" },
  {
    name: "person-replaced",
    path: ({ person }) => person.replaced,
    role: "visitor",
    status: 410,
  },
  {
    name: "person-unknown",
    path: () => "/dashboard/messages/wX4k2nRtvB9c",
    role: "visitor",
    status: 404,
  },
  {
    name: "person-leave",
    path: ({ person }) => person.page,
    role: "visitor",
    opens: "button[commandfor='leave-0']",
  },
  {
    name: "person-forget",
    path: ({ person }) => person.page,
    role: "visitor",
    opens: "button[commandfor='forget-0']",
  },
  {
    name: "person-delete",
    path: ({ person }) => person.page,
    role: "visitor",
    opens: "button[commandfor='delete-all']",
  },
  {
    name: "person-left",
    path: ({ person }) => person.page,
    role: "visitor",
    does: sendsOnce("leave-1"),
  },
];
