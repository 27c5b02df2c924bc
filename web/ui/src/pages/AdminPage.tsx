/** What admins do: to stocks, one by one or from a sheet; for people; and with messages that were set aside. */

import { Tabs } from "@mantine/core";
import { Parked } from "../admin/Parked.tsx";
import { People } from "../admin/People.tsx";
import { Stocks } from "../admin/Stocks.tsx";
import { UploadPanel } from "../admin/UploadPanel.tsx";
import "../admin/admin.css";
import { Title } from "../parts/Title.tsx";
import { useSignedIn } from "../shell/me.ts";

export function AdminPage() {
  const me = useSignedIn();
  if (me.role !== "admin") {
    return (
      <div className="page">
        <Title>Admin</Title>
        <h1>Admin</h1>
        <p>This page is for admins; you are signed in as a {me.role}.</p>
      </div>
    );
  }
  return (
    <div className="page">
      <Title>Admin</Title>
      <h1>Admin</h1>
      <Tabs defaultValue="stocks" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="stocks">Stocks</Tabs.Tab>
          <Tabs.Tab value="people">People</Tabs.Tab>
          <Tabs.Tab value="parked">Parked messages</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="stocks" className="admin-tab">
          <UploadPanel />
          <Stocks />
        </Tabs.Panel>
        <Tabs.Panel value="people" className="admin-tab">
          <People me={me.user_id} />
        </Tabs.Panel>
        <Tabs.Panel value="parked" className="admin-tab">
          <Parked me={me.user_id} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
