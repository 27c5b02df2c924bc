/** The few icons there are, by themselves: the whole set has thousands. */

import IconBriefcase from "@tabler/icons-react/dist/esm/icons/IconBriefcase.mjs";
import IconChartCandle from "@tabler/icons-react/dist/esm/icons/IconChartCandle.mjs";
import IconColumns from "@tabler/icons-react/dist/esm/icons/IconColumns2.mjs";
import IconLayoutGrid from "@tabler/icons-react/dist/esm/icons/IconLayoutGrid.mjs";
import IconListDetails from "@tabler/icons-react/dist/esm/icons/IconListDetails.mjs";
import IconMoon from "@tabler/icons-react/dist/esm/icons/IconMoon.mjs";
import IconSettings from "@tabler/icons-react/dist/esm/icons/IconSettings.mjs";
import IconSitemap from "@tabler/icons-react/dist/esm/icons/IconSitemap.mjs";
import IconSun from "@tabler/icons-react/dist/esm/icons/IconSun.mjs";

export {
  IconColumns as IconTwo,
  IconBriefcase as IconPortfolio,
  IconChartCandle as IconTrade,
  IconLayoutGrid as IconMarket,
  IconListDetails as IconOrders,
  IconMoon,
  IconSettings as IconAdmin,
  IconSitemap as IconSystem,
  IconSun,
};
