"""Word lists of the finders: generic words, cue words, name parts. General knowledge, one list per idea."""

from __future__ import annotations

import re
from itertools import product

__all__ = [
    "COMMON_ENGLISH",
    "FACETS",
    "FILLER",
    "GENERAL_ACRONYMS",
    "GENERIC",
    "GIVEN_CHARACTERS",
    "GIVEN_NAMES",
    "NOT_A_NAME",
    "PINYIN",
    "PLAIN_ENGLISH",
    "ROMAN_SURNAMES",
    "SURNAMES",
    "is_generic",
    "is_pinyin_name",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GENERIC = _words(
    """
    模型 方法 数据 论文 参考 代码 训练 结果 算法 问题 系统 网络 技术 研究 应用 实现 介绍 简介 概述 综述 总结 小结 前言 引言 序言 结论 结语
    背景 动机 原理 思想 思路 目标 目的 任务 流程 步骤 过程 细节 分析 讨论 对比 比较 实验 效果 性能 指标 评价 评估 测试 验证 优点 缺点 优缺点 特点 特性
    定义 概念 基本概念 基础 基础知识 基本原理 入门 进阶 高级 实战 实践 教程 资料 资源 链接 文章 博客 书籍 视频 课程 笔记 目录 附录 其他 其它 更多 杂项 未分类
    参考文献 参考资料 参考链接 延伸阅读 相关工作 相关 相关论文 相关资料 相关链接 官网 官方文档 文档 安装 使用 使用方法 用法 配置 示例 例子 案例 样例 环境 版本
    更新 下载 注意 注意事项 说明 备注 提示 常见问题 致谢 附 图 表 公式 推导 证明 定理 性质 架构 结构 框架 网络结构 模型结构 整体结构 总体结构 整体架构 组成 模块
    输入 输出 参数 变量 函数 类 对象 层 特征 样本 标签 数据集 预处理 后处理 预备知识 主要贡献 贡献 创新点 创新 改进 优化 扩展 变种 变体 发展 历史 发展历程 现状 趋势 未来 展望
    各种 各类 常用 常见 其余 原理 实现原理 工作原理 基本操作 基本用法 前沿 命令 技巧 方式 效率 能力 阶段 环节 场景 需求 规模 数量 语句 字段
    一 二 三 四 五 六 七 八 九 十 第一章 第二章 第三章 第一节 上 中 下 正文 摘要 开源 开源代码 源码 源码分析 源代码 代码实现 实现代码 工具 库 平台 项目 新闻 八卦 段子 闲话 杂谈 随笔
    最佳论文 作者 学者 专家 老师 教授 博士 团队 公司 大学 机构 会议 期刊 领域 方向 内容 部分 方面 情况 时候 工作 学习 理解 解释 解读 详解 浅析 浅谈 漫谈 总览 概览 盘点 合集 汇总
    abstract introduction background motivation method methods methodology approach approaches experiment experiments result results
    discussion conclusion conclusions reference references related work works paper papers code codes data dataset datasets model models
    algorithm algorithms network networks system systems problem problems task tasks training train test testing validation evaluation
    overview summary survey review tutorial tutorials note notes link links blog blogs article articles book books video videos course courses
    resource resources example examples demo demos usage install installation setup configuration config faq todo misc other others more appendix
    contents toc index home about contact readme license changelog feature features input output inputs outputs parameter parameters
    implementation implementations application applications analysis comparison comparisons basics basic advanced introduction2 part chapter
    section figure table equation theorem proof definition step steps pros cons advantages disadvantages conclusion acknowledgements
    """
)
"""Headings and words that never name anything."""

FILLER = GENERIC | _words(
    """
    解决 通俗 解析 具体 主要 简单 不同 实际 整体 详细 基本 核心 最新 完整 官方 个人 中文 英文 关键 重要 常规 一般 典型 经典 传统 现有 已有 其中 所有 整个 单个 多个 全部 部分
    总体 直观 底层 上层 术语 推导 起源 杂谈 系列 特殊 语法 常见 初步 深入 快速 简易 简明 高级 通用 专用 公共 私有 返回值 支持
    新 旧 大 小 好 坏 多 少 高 低 主 次 各 该 本 原 源 总 单 双 前 后 内 外 左 右 上面 下面 前面 后面 左边 右边 上述 下述 以上 以下 之前 之后 最后 最终 初始 首先 其次 然后 接着
    思考 想法 观点 看法 建议 经验 心得 体会 感想 疑问 疑惑 难点 重点 要点 知识点 知识 关键点 核心思想 主要内容 主要思想 基本思想 基本思路 基本流程 流程图 示意图 截图 图示 图解 图片
    作用 意义 价值 优势 劣势 不足 缺陷 局限 局限性 区别 联系 关系 差异 差别 原因 因素 条件 前提 假设 情形 情景 要求 标准 规则 规范 约束 限制 影响 变化 状态 属性 功能 用途 用处
    操作 处理 计算 求解 运行 执行 调用 编写 编译 调试 部署 构建 创建 生成 设计 开发 设置 修改 添加 删除 查看 查询 获取 读取 写入 保存 加载 导入 导出 打开 关闭 启动 停止 准备 选择 设定 选取
    类型 种类 类别 级别 等级 层次 层面 角度 维度 方案 策略 手段 途径 做法 套路 机制 模式 形式 格式 形态 样式 接口 命令行 脚本 程序 软件 文件 文件夹 路径 目录结构 变体 版本号 编号 序号
    速度 精度 准确率 时间 空间 大小 长度 数目 个数 次数 比例 范围 区间 阈值 数值 值 量 率 度 点 线 面 体 项 式 法 器 性 化 者 员 家 们 号 表格 列表 清单 行 列 元素 单元 单位 变换 转换 更新
    读者 用户 人员 人们 同学 朋友 大家 大佬 大神 网友 博主 笔者 译者 编者 作者 本人 开发者 研究者 研究人员 工程师 程序员 业界 学术界 工业界 业内 国内 国外 国内外 全球 世界 今天 今年 去年 现在
    """
)
"""Words of which none alone, nor several in a row, name anything: 解决方法, 参考代码, 对比分析."""

COMMON_ENGLISH = _words(
    """
    a an the and or but if then else of in on at to from by with without for as is are was were be been being am do does did done have has had
    having i you he she it we they me him her us them my your his its our their this that these those here there where when why how what which
    who whom whose not no nor so too very can could may might must shall should will would just only also even still yet already again ever never
    all any both each few many most some such other another same own than more less least much one two three four five six seven eight nine ten
    first second third last next new old good better best bad worse worst big small large little long short high low early late great right left
    about above across after against along among around before behind below beneath beside between beyond during except inside into like near off
    onto out outside over past since through throughout till toward under until up upon via within
    use used using user users make made making get got give given go goes going gone come came take taken see seen look looks find found show shown
    shows know known think say says said tell ask work works working call called try need want help let put set run runs running read write add
    change move follow start stop end begin open close turn play learn learning deep data model models method methods paper papers code
    network networks result results figure table example idea time times year years day days people way ways thing things part parts point
    case cases world life hand number group problem fact place week company system program question government night home water room mother area
    money story month lot book eye job word business issue side kind head house service friend father power hour game line member law car city
    name team minute body back parent face others level office door health person art war history party morning reason research girl
    guy moment air teacher force education foot boy age policy music process sense nation plan college interest experience effect class control
    field development role effort rate heart drug light voice wife whole police mind price report decision son view relationship town road arm
    difference value building action season society tax director position player record page space ground form event official matter center couple
    site project activity star table need court oil situation cost industry figure street image phone state states united input output block layer layers
    step steps loss task tasks train test shape tensor slide slides filter feature features channel proposal setting version approach approaches
    however therefore moreover furthermore thus hence because although though while whereas despite instead indeed perhaps maybe finally usually
    often sometimes always generally recently currently now today tomorrow yesterday ago later soon once twice note notes link links http https www com
    org net html pdf jpg png gif mp4 zip github blog page post posts share like comment subscribe click source file files folder
    figure fig eq sec tab ref refs et al eg ie vs etc aka tbd todo ok yes hello hi thanks please update updated edit edited
    january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
    monday tuesday wednesday thursday friday saturday sunday chapter section part appendix volume lecture lesson course tutorial introduction
    """
)
"""English words that no lower-case or capitalised spelling turns into a name without a strong cue."""

FACETS = _words(
    """
    起源 由来 推导 区别 对比 比较 杂谈 漫谈 闲谈 系列 命令 术语 名词 支持 搭建 下载 安装 卸载 用法 用途 参考 资源 资料 原理 思想 思路 想法 优点 缺点 优缺点 优劣 特点 特性 步骤 流程 过程 背景 动机
    总结 小结 介绍 简介 概述 综述 教程 入门 进阶 实战 实践 笔记 详解 解析 解读 浅析 示例 例子 案例 样例 代码 源码 文档 论文 文章 博客 作者 团队 效果 结果 意义 作用 原因 关系 差异 优势 劣势 不足
    贡献 创新 创新点 改进 要点 难点 重点 技巧 经验 心得 体会 疑问 注意 事项 注意事项 常见问题 面试题 习题 作业 答案 讲解 说明 描述 细节 设定 约定 准备 需求 目标 目的 历史 发展 现状 趋势 未来 展望 前景
    开篇 引言 前言 后记 附录 目录 列表 清单 汇总 合集 大全 集锦 盘点 概览 一览 新闻 八卦 轶事 故事 传奇 参数 输入 输出 字段 属性 接口 语法 写法 做法 选型 选择 使用 应用 实现 情况 现象 事件 事故 里程碑
    """
)
"""Words that say which side of a thing a text shows: what ends in one (PCA推导, k8s起源) names no thing."""

PLAIN_ENGLISH = COMMON_ENGLISH | _words(
    """
    ability access account action activity actor address agent agents alert alias amount angle answer application applications archive area argument arguments array
    arrow aspect asset assign attack attempt attribute attributes author authors auto average background backup band bar base basic batch battle beauty beginner behavior benefit bind
    bit bits board bonus border bottom bound boundary box branch brand bridge browser bucket budget buffer bug builder bus button byte bytes cache calendar camera campaign candidate card category
    cell center chain challenge chance chapter character characters chart chat check children chinese choice clean client clip clock clone closure cloud cluster color column columns command commands
    comment commit common communication community compare comparison compile complete component components concept condition connection constant constraint construct consumer contact container content contents context
    contract control controller copy core corner correct count counter country crash create creative criterion culture current cursor custom customer cycle daily danger dashboard database date deal
    debug decode default defense define definition degree delay delete demand density deploy depth design desktop detail details device devices dialog dictionary digital direction directory disk display
    distance document documents docs domain double download draft dream drive driver dummy duration dynamic east easy edge editor education element elements email empty enable encode engine engineer engineering english
    entry enum environment error errors event events evolution exception exchange execute exercise exit expert export expression extension external extra face factor factory failure fake false family fast fault field fields fight
    filename final finger fire fix flag flash flat flow focus font footer foreign format forms formula forum foundation fragment frame framework free french frequency front full function functions future gallery game gap garden gate
    general generic german gift glass global goal gold grade grand graph green grid growth guard guest guide handle handler hardware hash header height hello helper hero hidden hide highlight history hit hold hole hook horizontal host
    hosts icon icons ideal identity image images impact implement import import improvement income increment index info information initial inner insert insight inside instance instances integer integration interface internal international
    internet interval interview introduce inverse island item items iterator japanese job join joint journal journey judge jump kernel key keyboard keys kill king knowledge korean label labels language languages large laser latest layout leader
    leaf leak lesson letter level levels lexer library license limit limits linear lines list listener listing lists literal loader local lock logger logic login loop lost lower machine magic mail main manager manual map maps mark
    marker market mask master match matches materials math max maximum meaning measure media medium member members membership memory menu merge message messages meta metric metrics middle migration min mini minimum mirror mission mistake
    mobile mode modern modes module modules monitor monster motion mount mouse multi museum mutex native natural nature neighbor nested network next nice node nodes noise normal north notice notification object objects observer offset online
    operation operations operator operators option optional options orange order origin original outer outline overall overflow overhead overlap overview owner package packages packet padding page pages pair panel paper parallel parameter parent
    parser partial partner party pass password past patch path paths pattern patterns payment peak peer perfect performance period permission personal phase photo physical pick picture pipe pipeline pixel plain planet platform plugin
    pocket pointer poison policy pool popular port portal position positive power practice pre prefix preview previous primary print printer priority private probe process processor producer product production profile profit progress project promise
    prompt proof property properties proposal protocol proxy public publish pull pure push quality queen queue quick quiz quote random range ranges rank rate ratio raw ready real reality receive record records recover red region register
    registry regular release remote remove render renderer repeat replace replica reply report repository request requests require reset resource response rest restart restore retry return reverse review reward rich ring risk river road robot role
    room root roots rotate round route router routine row rows rule rules runtime runner safe safety sale sample samples scale scan scene schedule scheduler schema school science scope score scores screen script scripts search season seat second
    secret security seed segment select selection self semantic sender sequence series server servers service services session sets setup shadow shared sheet shell shift shop shortcut shuffle signal signature silver similar simple single size sizes
    skill skip sleep slot smart snapshot social society socket software solution solver sort source south space spaces spanish special spec speed spirit split sport spread spring square stack staff stage standard stars statement static station
    statistics stats status storage store story strategy stream streams street strength strict string strings strong structure structures student students studio study style sub subject submit success suffix suggestion suite summer super support
    surface survey switch symbol symbols sync syntax tab tables tag tags target teacher team technical technique technology template templates temp temporary term terminal terms texture theme theory thread threads threshold tick ticket timer
    timestamp title toggle token tokens tool toolbar tools topic topics total touch tower toy trace track tracker trade traffic trail transaction transfer transform transition trap travel tree trees trend trial trick tricks trigger triple trouble true trust
    truth tune tuple turtle type types uncle union unique unit units universal universe unknown unused update upgrade upload usage utility valid validator values variable variables vector vectors vendor verify versions vertex vertical video view viewer views
    village virtual virus vision visit visitor visual volume vote wait walk wallet warning wave weather web week weekly weight weights welcome west white width wiki wild window windows winner winter wire wizard worker workers workflow workshop
    workspace wrapper writer writing yellow young youth zero zone
    """
) - _words("windows spring flash vision pytorch mask transform transformer token attention wiki actor robot beam")
"""Ordinary English words: one of them alone, capitalised (`Hero`, `Order`), is no name that is not known to be one."""

GENERAL_ACRONYMS = _words(
    """
    STD SSH FTP TCP UDP HTTP DNS API SDK CLI GUI IDE USB PCI AGP BIOS UEFI EEPROM SRAM DRAM DDR SDRAM GPIO UART SPI I2C USART ADC DAC PWM PCM DMA IRQ ISR MMU TLB ALU FPU SIMD MIMD VLIW RISC CISC
    AOT JIT ELF COFF JAR WAR EAR JVM JRE JDK CLR OLE RPC REST SOAP WSDL DOM SVG PNG BMP EPS TTF AVI MPEG AAC FLAC WAV OGG MKV RTP RTSP SIP NAL LAN WAN VPN DHCP ARP ICMP IGMP BGP OSPF VLAN MPLS
    P2P IPFS DHT LTE GSM CDMA OFDM QAM RFID NFC MVC MVVM OOP AOP UML ERP CRM ACID RAID NAS SAN NFS SMB LVM FIFO LIFO BST AVL ACL RBAC SSO PKI SHA TLS SSL XSS CSRF DAO DEX EVM LOD AABB BVH HDR
    MCU MPU RTOS BSP HAL POSIX IPC SMP HMC GDDR NVME PCIE CXL EUV DUV LED LCD OLED PCB SMT BJT FET PLL VCO CMOS DLL RFC ISO ANSI ASCII UTF GBK MIME URI DTD XSD AJAX JSP ASP CGI SMTP POP3 IMAP LDAP
    NTP SNMP TELNET VNC RDP KDE GTK SDL MFC ATL STL AWK SED CSH ZSH DVI ESA PET PPT CAN MSDN STA GCC GDB CAP
    """
)
"""Abbreviations whose meaning in computing and electronics is the usual one; a model of that name must be introduced in full."""

NOT_A_NAME = _words(
    """
    AI IT PC TV CD DVD CEO CTO CFO COO CIO VP HR PR QA UI UX ID IP URL URI URN HTML CSS XML JSON YAML CSV TSV PDF DOC PPT XLS PNG JPG JPEG GIF MP3 MP4 AVI ZIP RAR
    API SDK IDE CLI GUI APP WEB CPU GPU RAM ROM SSD HDD USB DIY FAQ TODO README OK NO YES VS PS PPS BTW FYI IMO IMHO LOL ASAP TBD TBA NB QR
    AM PM BC AD UTC GMT EST PST USA UK EU UN US USD RMB CNY EUR GDP CPI IPO PE VC PK NBA KPI OKR ROI B2B B2C O2O KOL
    Returns Return Timer SOTA FLOPS FLOPs FPS QPS TPS RPC TCP UDP HTTP HTTPS FTP SSH SSL TLS DNS VPN CDN LAN WAN WIFI WiFi NAT MAC OS VM DB OOM
    MSE RMSE MAE MAPE AUC ROC PSNR SSIM BLEU ROUGE PPL IoU mIoU mAP AP AR F1 FID ACC Acc WER CER NDCG MRR TP FP TN FN
    ABC XYZ AAA BBB II III IV VI VII VIII IX XI XII ORAL POSTER DEMO NOTE TIPS PART FIG TOP NEW OLD HOT END BEGIN START STOP
    RGB RGBA HSV YUV BGR GB MB KB TB GHZ MHZ HZ KHZ DB MS NS KM CM MM KG LB RT TL DR DM ME WE IS AS AN THE AND FOR OF IN ON BY TO
    PhD PHD MSc BSc MBA Ph.D PH.D Inc Ltd Co Corp Jr Sr Mr Mrs Ms Dr Prof No Vol pp arXiv github GitHub
    """
)
"""Abbreviations and tokens that look like names of models and are not."""


SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅"
    "皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫"
    "经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程嵇邢裴陆荣翁荀羊甄曲封芮储靳汲糜松井段富巫焦巴弓牧山谷车侯全班仰秋仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶幸司黎白赖卓蔺屠"
    "池乔闻党翟谭劳冉郦雍桑桂牛边扈燕冀尚农温庄晏柴瞿阎慕连习向古易廖耿匡国文寇广东欧利师巩聂关荆游权楼连佟沙鄂言肖闫代原俊苑时仝揭谌锁涂"
)
"""Single-character surnames."""

GIVEN_CHARACTERS = frozenset(
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文峰晓宇东建达剑俊鹏海国云宁子奇林天一阳立飞凯雨毅博佳福波昊鹤松智志民旭龙哲铭少越昕扬晨正航仁熙轩宏霖鸣铁栋德斌世兴辉永睿昆恩"
    "恺信翰顺弘源宗威彦亚健勤鸿纬鑫锡洲泽峥力星义麟胜士琳沐森伯锋川远挺家维学冬楠成辰青登进虎嘉庆基腾武丰慧元石益乐祥卿育壮清尧良恒爽萍鸥升季瀚政霄汉贵广凌曦洺堉玉怀艺珍丹琦钦佑山缇"
    "琴潼树莉雅旸靖畅茂知烈燕康萱菁群炜纶炘钧欢岩柱程时纯宙珂新翼芮巍思烨琼泓景郁聪诺雷驰勋音孟舒然豪崇泳坚炽舟承朝祎滔亭浩霁逸喆渊晗盛皓亮运捷溪枫厚占竹锦坤希虹尚礼卓怜春洪权煜雄洁"
    "翔梅红霜雪冰月秋夏荣华贞莲花香兰芝芬芸莹蓉蕾薇梦婷婉妍娇媛嫣婧姝姗娅妮倩悦怡恬惠慈懿淑淼涵润湘滢漪澜澄潇潮炎焕煌熠灿炳烁焱琛琪琳瑞瑜瑶瑾璇璐璟瓒珊珏玮玲玥珠球理环瑛璋璞"
    "鹂鹭鸾凤鹰鹄鸽骏骁骥驹驿麒骞韬韵颂颐颢顾项风飒饶馨馥骄冠冰冲凝凤刃初利劲励勉勋勃匡卉南卫印原友双发叔可史叶合吉名向君启吟吾周命咏品响哲唐善喜嗣器固圣坚城培堂境墨士壁夫奉奎奕"
    "妙姿威婕存孝孺守安宋官定宜宝实宣宪宸容宽宾富寅寒寓寿封尊寻展岐岑岚岱岳峻崎嵘嵩州巧帅帆师帝席幸广庚应庭康庸廷延开弛张弢彤彪彬影律徐徽心必志忆忍忠念怿恕恪悟惟愚慎懋成战房才扶"
    "承拓振捍授挥捷揆援搏摄攀敦斐斯新方於无日旦早旺昂易昱昶显晔景晶晴智暄暎暖曙曜曾有朋望期木本杉李杏材杨松柏柔柯栎根格桃桐桑梁梓棋棠植楚榆榕槐樱橙欣正武殿毓民汀江池沁沂沅沛"
    "河沧泉泊泰洁津浚浦海涌淞淳清渝温港湃湖溥滨漠演潘灏火灵炅炯点烽煊照煦熊熹爱牧特献王玄玺珉珅班琅琨琮琰甫甲申男略畴疆百皎盈益盼直真睦瞻硕确磐祁祈祖祚祝祯禄禹禾秉科秦稳穆穹空立"
    "竞章竣端童策筠简箫籍米粲红纪纬练组绍绘继绪维绮缨罡群羽翊翎翠翥老考耀耕聿肃肖胤胥能腾舜航良苏苑若苗英茜茵荃荟荷莎莺菡菲萌著葆葵董蒙蓓蓝蔚蕴蕙薏藏虎虔融行衍裕西观言训诗诚详诣"
    "语诤谦谨豫贝贞贤质贺赋赞超跃路轶载辅辛达迅迈迎远迟选逊通造遂道遥邦邵郎郡采重野金钊钢铎铮银锐锟镇镒镐长门闯闻闳阁阔陆陵隆际随雁集雍雯震霏露霞霄青靓静革韦音须领颖飚馗香高鲁黎齐龄"
)
"""Characters that given names are commonly made of."""

_INITIALS = [
    "b",
    "p",
    "m",
    "f",
    "d",
    "t",
    "n",
    "l",
    "g",
    "k",
    "h",
    "j",
    "q",
    "x",
    "zh",
    "ch",
    "sh",
    "r",
    "z",
    "c",
    "s",
    "y",
    "w",
]
_FINALS = [
    "a",
    "o",
    "e",
    "ai",
    "ei",
    "ao",
    "ou",
    "an",
    "en",
    "ang",
    "eng",
    "ong",
    "i",
    "ia",
    "ie",
    "iao",
    "iu",
    "ian",
    "in",
    "iang",
    "ing",
    "iong",
    "u",
    "ua",
    "uo",
    "uai",
    "ui",
    "uan",
    "un",
    "uang",
    "ue",
    "v",
    "ve",
    "van",
    "vn",
]
PINYIN = frozenset(a + b for a, b in product([*_INITIALS, ""], _FINALS)) - _words("i u v o e")
"""Pinyin syllables (somewhat more than exist)."""

ROMAN_SURNAMES = _words(
    """
    Li Wang Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Tang Song Han Feng Deng Cao Peng Zeng Xiao Tian
    Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su Lu Ding Ren Lv Shen Yao Cui Zhong Tan Wen Jin Fan Shi Fu Fang Shao Xiong Meng Qin Bai Jia Xue Yan Qiu
    Hou Gu Dai Hao Kong Mao Qian Wan Xiang Qi Gong Ni Long Duan Lei Hong Shan Tao Liao Lai Zou Mo Kang Ge Nie Bi Zhan An Yin Hua Bao Chang Lan
    Chan Chang Chou Chu Chiu Ho Hsieh Hsu Huang Hung Kuo Lam Lau Lee Leung Liao Ng Tsai Tseng Wong Yeh Yeung Kim Park Choi Jung Kang Cho Yoon Jang Lim Kwon Tan Goh
    """
)
"""Romanised Chinese and Korean surnames."""

GIVEN_NAMES = _words(
    """
    Aaron Abhinav Adam Adrian Aidan Alan Albert Alec Alejandro Alex Alexander Alexei Alexey Alexis Ali Alice Alison Allen Amanda Amir Amit Amy Ana Anders Andre
    Andreas Andrei Andrej Andrew Andrey Andy Angela Anima Anna Anne Anthony Antoine Antonio Anton Aravind Arjun Armand Arthur Ashish Ashwin Asli Barbara Barret
    Ben Benjamin Bernhard Bill Bjorn Bob Boris Brad Brandon Brendan Brian Bruce Bruno Carl Carlos Caroline Charles Chelsea Chris Christian Christina Christine
    Christoph Christopher Claude Claudia Colin Connor Craig Cynthia Dale Dan Daniel Daniela Danny Daphne Dario Dave David Dawn Dean Demis Denis Dennis Derek Diederik
    Dimitri Dmitry Dominik Don Donald Donna Doug Douglas Durk Edward Elad Elena Eli Elias Elizabeth Elon Emily Emma Emmanuel Eric Erik Ernest Ethan Eugene Eva
    Evan Felix Fernando Florian Francis Francisco Francois Frank Fred Frederic Gabriel Gary Gautam Geoff Geoffrey George Georgia Georgios Gerald Giovanni
    Graham Greg Gregory Guido Guillaume Gustav Hannah Hans Harry Hayden Heidi Helen Henry Herbert Hermann Honglak Hugo Ian Igor Ilya Irene Isaac Isabelle Ivan Jack
    Jacob Jake Jakob James Jamie Jan Jane Jared Jascha Jason Javier Jay Jean Jeff Jeffrey Jeremy Jerry Jessica Jesse Jim Joan Joao Joe Joel Johan Johannes John
    Jon Jonas Jonathan Jordan Jorge Jose Joseph Josh Joshua Juan Judea Judy Julia Julian Julie Jurgen Justin Karen Karl Karol Kate Katherine Keith Ken Kenneth Kevin Kim
    Klaus Koray Kristen Kyle Kyunghyun Larry Laura Laurens Lawrence Leo Leon Leonid Leslie Li-Jia Linda Lisa Louis Luc Luca Lucas Lukas Luis Luke Mads Marc Marcin Marco
    Marcus Margaret Maria Marie Mark Markus Marta Martin Marvin Mary Matt Matteo Matthew Matthias Max Maxim Michael Michal Michel Michelle Miguel Mike Mikhail Ming Mohamed
    Mohammad Mustafa Nando Naomi Natalie Nathan Neil Niki Niklas Nick Nicolas Nikita Nicholas Nils Noah Noam Nuno Oleg Oliver Olga Oriol Oscar Pablo Pascal Patrick Paul
    Pedro Percy Peter Petar Phil Philip Philipp Philippe Pierre Pieter Piotr Prafulla Quentin Quoc Rachel Radford Rafael Rahul Raia Ralph Raquel Ray Raymond Rebecca Remi
    Rich Richard Rob Robert Robin Roberto Roger Roland Roman Ron Ross Roy Ruslan Ryan Sam Samuel Samy Sandra Sanja Sanjeev Santiago Sara Sarah Scott Sean Sebastian Sepp
    Serena Serge Sergey Sergei Shane Sharon Shimon Silvio Simon Sofia Sophie Stanislav Stefan Stefano Stephan Stephane Stephen Steve Steven Stuart Sundar Susan Sven
    Sylvain Tamara Ted Teresa Terrence Terry Theo Thomas Tianqi Tim Timothy Timnit Tobias Tom Tomas Tommi Tomaso Tony Trevor Tyler Ulrich Umut Vadim Valentin Victor
    Vijay Vincent Vinod Vitaly Vladimir Volodymyr Walter Wei Wendy Werner Will William Wojciech Xavier Yann Yarin Yaroslav Yee Yejin Yoav Yoshua Yuri Yves Zachary
    Zoubin Zico Hao Jian Kaiming Yi Lei Bo Jun Xin Qi Rui Yang Jie Bin Hua
    """
)
"""Given names common in the field, Latin script."""

TITLE_NOISE = re.compile(
    r"(?:的?(?:综述|简介|概述|介绍|入门|基础|进阶|总结|汇总|小结|合集|盘点|相关论文|相关|资料|参考|笔记|学习笔记|教程|详解|原理|简史|历史|实战|实践|实现|论文|文章|其他|其它|概览|一览|专题|系列|扩展|应用|框架|数据集|理论研究|基础研究|研究))+$"
)
"""Endings of headings that say what kind of text follows, not what it is about."""


def is_generic(name: str) -> bool:
    """Whether a name says nothing: a generic word, a number, a lone letter or an ordinary English word."""
    text = name.strip().strip("0123456789.、:： ()（）").lower()
    return len(text) < 2 or text in GENERIC or text in COMMON_ENGLISH


def is_pinyin_name(word: str) -> bool:
    """Whether a capitalised word reads as one to three pinyin syllables (`Kaiming`, `Tian-Qi`)."""
    if "-" in word:
        return all(part.lower() in PINYIN for part in word.split("-"))
    return _syllables(word.lower(), 3)


def _syllables(text: str, most: int) -> bool:
    if not text:
        return True
    return most > 0 and any(
        text[:size] in PINYIN and _syllables(text[size:], most - 1) for size in range(min(6, len(text)), 0, -1)
    )
