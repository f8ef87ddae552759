WITH "identity" AS (
  SELECT
    "user_id" AS "k",
    "country" AS "d0",
    LOWER(
      TO_HEX(
        SHA256(
          TO_UTF8(TRANSLATE("email", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'))
        )
      )
    ) AS "j0"
  FROM profiles
), "x_accounts_account_uri" AS (
  SELECT
    "account_uri" AS "f",
    "user_id" AS "t"
  FROM accounts
), "groups" AS (
  SELECT
    "d0",
    COUNT(*) AS "n"
  FROM "identity"
  GROUP BY
    "d0"
), "f_listens" AS (
  SELECT
    "i"."d0" AS "d0",
    COUNT(DISTINCT "s"."podcast_id") AS "m0"
  FROM (
    SELECT
      "listened_at",
      "listener",
      "podcast_id"
    FROM listens
  ) AS "s"
  JOIN "identity" AS "i"
    ON "s"."listener" = "i"."j0"
  GROUP BY
    "i"."d0"
), "f_plays" AS (
  SELECT
    "i"."d0" AS "d0",
    CAST(SUM("s"."seconds") AS DOUBLE) / CAST(NULLIF(COUNT("s"."seconds"), 0) AS DOUBLE) AS "m0"
  FROM (
    SELECT
      "account_uri",
      "played_at",
      "seconds"
    FROM plays
  ) AS "s"
  JOIN "x_accounts_account_uri" AS "x"
    ON "s"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "i"."d0"
)
SELECT
  "g"."d0" AS "country",
  COALESCE("f_listens"."m0", 0) AS "PodcastsListened",
  "f_plays"."m0" AS "AverageSeconds",
  "g"."n" AS "__identities"
FROM "groups" AS "g"
LEFT JOIN "f_listens"
  ON "f_listens"."d0" IS NOT DISTINCT FROM "g"."d0"
LEFT JOIN "f_plays"
  ON "f_plays"."d0" IS NOT DISTINCT FROM "g"."d0"
ORDER BY
  "g"."d0"
